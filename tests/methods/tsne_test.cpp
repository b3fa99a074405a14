#include "shoal/methods/tsne.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "reference/tsne_reference.hpp"
#include "shoal/core/error.hpp"
#include "shoal/methods/affinities.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

constexpr std::array gradients{GradientMethod::exact, GradientMethod::barnes_hut, GradientMethod::fft};

SparseRows affinities_of(const Communicator& comm, const Matrix& all, Index k, double perplexity) {
  return joint_affinities(comm, exact_neighbors(comm, my_part(comm, all), all.rows(), k), all.rows(), perplexity);
}

Points points_of(const Matrix& all) {
  Points points(all.rows());
  for (Index i = 0; i < all.rows(); ++i) {
    points.x[static_cast<std::size_t>(i)] = all(i, 0);
    points.y[static_cast<std::size_t>(i)] = all(i, 1);
  }
  return points;
}

/// Gradient (n, 2) and divergence, on one rank.
struct Gradient {
  MatrixD rows;
  double divergence = 0;
};

Gradient gradient_at(const SparseRows& affinities, const Points& points, GradientMethod method) {
  TsneGradient gradient(test_alone(), affinities, points.size(), method, TsneOptions{}.theta);
  std::vector<float> x(points.x.size()), y(points.x.size());
  gradient(points, 1, x, y);
  Gradient result{MatrixD(points.size(), 2), gradient.divergence(points)};
  for (Index i = 0; i < points.size(); ++i)
    result.rows.row(i) << static_cast<double>(x[static_cast<std::size_t>(i)]),
        static_cast<double>(y[static_cast<std::size_t>(i)]);
  return result;
}

TEST(TsneGradient, exact_agrees_with_scikit_learn) {
  namespace reference = tsne_reference;
  const Matrix all = test_matrix<Matrix>(reference::rows, reference::n, reference::d);
  const SparseRows p = affinities_of(test_alone(), all, reference::n - 1, reference::perplexity);
  const auto points = points_of(test_matrix<Matrix>(reference::points, reference::n, 2));
  const Gradient found = gradient_at(p, points, GradientMethod::exact);
  const auto wanted = test_matrix<MatrixD>(reference::gradient, reference::n, 2);
  EXPECT_NEAR(found.divergence, reference::divergence, 1e-5 * reference::divergence);
  EXPECT_LT((found.rows - wanted).norm(), 1e-5 * wanted.norm());
  EXPECT_LT((found.rows - wanted).cwiseAbs().maxCoeff(), 1e-5 * wanted.cwiseAbs().maxCoeff());
}

TEST(TsneGradient, barnes_hut_and_fft_err_by_less_than_a_hundredth_of_it) {
  const Index n = 3000;
  const Matrix all = test_clusters(n, 10, 8, 2);
  const SparseRows p = affinities_of(test_alone(), all, 60, 20);
  // A young map, and one that is on its way. (Near a minimum the gradient is the small difference of large forces.)
  for (const Index iterations : {20, 110}) {
    TsneOptions options{.perplexity = 20, .iterations = iterations, .exaggeration_iterations = 100};
    const TsneResult map = fit_tsne(test_alone(), all, n, p, options);
    const Points points = points_of(map.embedding);
    const Gradient exact = gradient_at(p, points, GradientMethod::exact);
    for (const auto method : {GradientMethod::barnes_hut, GradientMethod::fft}) {
      const Gradient found = gradient_at(p, points, method);
      double relative = 0;
      for (Index i = 0; i < n; ++i)
        relative += (found.rows - exact.rows).row(i).norm() / exact.rows.rowwise().norm().mean();
      EXPECT_LT(relative / n, 1e-2) << static_cast<int>(method) << " after " << iterations;
      EXPECT_NEAR(found.divergence, exact.divergence, 1e-3 * exact.divergence);
    }
  }
}

TEST(TsneGradient, sums_to_zero) {
  const Matrix all = test_clusters(600, 6, 5);
  const SparseRows p = affinities_of(test_alone(), all, 60, 20);
  const Points points = points_of(test_clusters(600, 2, 5));
  for (const auto method : gradients) {
    const Gradient found = gradient_at(p, points, method);
    const double most = method == GradientMethod::exact ? 1e-5 : 5e-3;  // of all absolute values
    EXPECT_LT(found.rows.colwise().sum().norm(), most * found.rows.cwiseAbs().sum()) << static_cast<int>(method);
  }
}

TEST(Tsne, has_the_same_bits_for_any_number_of_ranks) {
  const auto comm = test_world();
  for (const Index n : {500, 40, 20})  // the last two: ranks with one block or none
    for (const auto method : gradients)
      for (const auto start : {MapStart::pca, MapStart::random}) {
        const Matrix all = test_clusters(n, 7, 4);
        const TsneOptions options{.perplexity = 6, .iterations = 12, .gradient = method, .start = start};
        const TsneResult here = fit_tsne(comm, my_part(comm, all), n, options),
                         alone = fit_tsne(test_alone(), all, n, options);
        EXPECT_TRUE(same_bits(elements(here.embedding), elements(my_part(comm, alone.embedding)))) << n;
        EXPECT_EQ(here.divergence, alone.divergence);
        EXPECT_EQ(here.trace, alone.trace);
      }
}

TEST(Tsne, separates_clouds_and_lowers_the_divergence) {
  const Index n = 400;
  const Matrix all = test_clusters(n, 10, 4, 5);
  for (const auto method : gradients) {
    const TsneResult map = fit_tsne(test_alone(), all, n, {.perplexity = 20, .iterations = 400, .gradient = method});
    EXPECT_LT(map.divergence, 1.0);
    EXPECT_LT(map.trace.back(), map.trace.front());
    EXPECT_EQ(map.n_iter, map.trace_iterations.back());
    // Each point's nearest is of its own cloud.
    Index strange = 0;
    for (Index i = 0; i < n; ++i) {
      Index nearest = i == 0 ? 1 : 0;
      for (Index j = 0; j < n; ++j)
        if (j != i && (map.embedding.row(i) - map.embedding.row(j)).norm() <
                          (map.embedding.row(i) - map.embedding.row(nearest)).norm())
          nearest = j;
      strange += nearest % 4 != i % 4;
    }
    EXPECT_LE(strange, 2);
  }
}

TEST(Tsne, stops_when_the_divergence_no_longer_falls) {
  const Matrix all = test_clusters(100, 3, 2);
  const TsneResult map = fit_tsne(test_alone(), all, 100, {.perplexity = 30, .iterations = 5000, .patience = 50});
  EXPECT_TRUE(map.stopped_early);
  EXPECT_LT(map.n_iter, 5000);
  EXPECT_EQ(map.trace_iterations.back(), map.n_iter);
}

TEST(Tsne, maps_duplicates_constant_rows_four_rows_and_single_features) {
  const auto comm = test_world();
  const auto expect_map = [&](const Matrix& all, double perplexity) {
    for (const auto method : gradients) {
      const TsneResult map =
          fit_tsne(comm, my_part(comm, all), all.rows(),
                   {.perplexity = perplexity, .iterations = 60, .exaggeration_iterations = 20, .gradient = method});
      EXPECT_TRUE(map.embedding.allFinite()) << static_cast<int>(method);
      EXPECT_TRUE(std::isfinite(map.divergence));
    }
  };
  Matrix twice = test_clusters(60, 5, 3);
  twice.bottomRows(30) = twice.topRows(30);
  expect_map(twice, 5);
  expect_map(Matrix::Constant(60, 5, 0.1f), 5);
  expect_map(test_clusters(4, 3, 2), 1.2);
  expect_map(test_clusters(60, 1, 3), 5);
}

TEST(Tsne, leaves_a_map_of_two_features_in_its_order) {
  const Matrix all = test_clusters(300, 2, 5, 6);
  const TsneResult map = fit_tsne(test_alone(), all, 300, {.perplexity = 20});
  // Nearest neighbours in the plane are near each other in the map.
  const Neighbors before = exact_neighbors(test_alone(), all, 300, 1),
                  after = exact_neighbors(test_alone(), map.embedding, 300, 15);
  Index kept = 0;
  for (Index i = 0; i < 300; ++i)
    for (Index j = 0; j < 15; ++j) kept += after.of(i)[j].row == before.of(i)[0].row;
  EXPECT_GT(kept, 270);
}

TEST(Tsne, bad_options_and_divergence_are_errors_on_all_ranks) {
  const auto comm = test_world();
  const Matrix all = test_clusters(50, 4, 2);
  const auto fit = [&](const TsneOptions& options) { fit_tsne(comm, my_part(comm, all), 50, options); };
  EXPECT_THROW(fit({.perplexity = 17}), Error);
  EXPECT_THROW(fit({.perplexity = 5, .iterations = 0}), Error);
  EXPECT_THROW(fit({.perplexity = 5, .exaggeration = 0.5}), Error);
  EXPECT_THROW(fit({.perplexity = 5, .momentum = 1}), Error);
  try {
    fit({.perplexity = 5, .learning_rate = 1e12});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::numerics);
    EXPECT_TRUE(e.on_all_ranks());
  }
}

}  // namespace
}  // namespace shoal
