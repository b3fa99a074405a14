#include "shoal/methods/tsne_gradient.hpp"

#include <gtest/gtest.h>

#include "reference/tsne_reference.hpp"
#include "shoal/methods/affinities.hpp"
#include "shoal/methods/tsne.hpp"
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

/// Gradient (n, 2) and divergence, of all rows on all ranks.
struct Gradient {
  MatrixD rows;
  double divergence = 0;
};

Gradient gradient_at(const Communicator& comm, const SparseRows& affinities, const Points& points,
                     GradientMethod method) {
  TsneGradient gradient(comm, affinities, points.size(), method, TsneOptions{}.theta);
  std::vector<float> x(static_cast<std::size_t>(affinities.rows())), y(x.size());
  gradient(points, 1, x, y);
  const std::vector<float> all_x = comm.concatenate(x), all_y = comm.concatenate(y);
  Gradient result{MatrixD(points.size(), 2), gradient.divergence(points)};
  for (Index i = 0; i < points.size(); ++i)
    result.rows.row(i) << static_cast<double>(all_x[static_cast<std::size_t>(i)]),
        static_cast<double>(all_y[static_cast<std::size_t>(i)]);
  return result;
}

/// Mean length of what is wrong with the rows, in mean lengths of the right ones.
double relative_error(const Gradient& found, const Gradient& exact) {
  return (found.rows - exact.rows).rowwise().norm().mean() / exact.rows.rowwise().norm().mean();
}

TEST(TsneGradient, exact_agrees_with_scikit_learn) {
  namespace reference = tsne_reference;
  const auto all = test_matrix<Matrix>(reference::rows, reference::n, reference::d);
  const SparseRows p = affinities_of(test_alone(), all, reference::n - 1, reference::perplexity);
  const auto points = points_of(test_matrix<Matrix>(reference::points, reference::n, 2));
  const Gradient found = gradient_at(test_alone(), p, points, GradientMethod::exact);
  const auto wanted = test_matrix<MatrixD>(reference::gradient, reference::n, 2);
  EXPECT_NEAR(found.divergence, reference::divergence, 1e-5 * reference::divergence);
  EXPECT_LT((found.rows - wanted).norm(), 1e-5 * wanted.norm());
  EXPECT_LT((found.rows - wanted).cwiseAbs().maxCoeff(), 1e-5 * wanted.cwiseAbs().maxCoeff());
}

// Near a minimum the gradient is the small difference of forces that are a hundred times as large.
TEST(TsneGradient, barnes_hut_and_fft_err_by_less_than_a_hundredth_of_it_in_young_and_in_late_maps) {
  const auto comm = test_world();
  const Index n = 7000;
  const Matrix all = test_clusters(n, 10, 8, 2), mine = my_part(comm, all);
  const SparseRows p = affinities_of(comm, all, 60, 20);
  for (const Index iterations : {20, 110, 350}) {
    const TsneResult map =
        fit_tsne(comm, mine, n, p,
                 {.perplexity = 20, .iterations = iterations, .exaggeration_iterations = 100, .patience = 600});
    const std::vector<float> places = comm.concatenate(elements(map.embedding));
    const Points points = points_of(test_matrix<Matrix>(places, n, 2));
    const Gradient exact = gradient_at(comm, p, points, GradientMethod::exact);
    for (const auto method : {GradientMethod::barnes_hut, GradientMethod::fft}) {
      const Gradient found = gradient_at(comm, p, points, method);
      EXPECT_LT(relative_error(found, exact), 1e-2) << static_cast<int>(method) << " after " << iterations;
      EXPECT_GT(relative_error(found, exact), 0) << "fft has taken all pairs";
      EXPECT_NEAR(found.divergence, exact.divergence, 1e-4 * exact.divergence);
    }
  }
}

TEST(TsneGradient, sums_to_zero) {
  const Matrix all = test_clusters(600, 6, 5);
  const SparseRows p = affinities_of(test_alone(), all, 60, 20);
  const Points points = points_of(test_clusters(600, 2, 5));
  for (const auto method : gradients) {
    const Gradient found = gradient_at(test_alone(), p, points, method);
    const double most = method == GradientMethod::exact ? 1e-5 : 1e-3;  // of all absolute values
    EXPECT_LT(found.rows.colwise().sum().norm(), most * found.rows.cwiseAbs().sum()) << static_cast<int>(method);
  }
}

}  // namespace
}  // namespace shoal
