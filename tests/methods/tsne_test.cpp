#include "shoal/methods/tsne.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shoal/core/error.hpp"
#include "shoal/methods/affinities.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

constexpr std::array gradients{GradientMethod::exact, GradientMethod::barnes_hut, GradientMethod::fft};

TEST(Tsne, has_the_same_bits_for_any_number_of_ranks) {
  const auto comm = test_world();
  for (const Index n : {1200, 40, 20})  // enough for the grid; ranks with one block; ranks without rows
    for (const auto method : gradients)
      for (const auto start : {MapStart::pca, MapStart::random}) {
        const Matrix all = test_clusters(n, 7, 4);
        const TsneOptions options{
            .perplexity = 6, .iterations = 24, .exaggeration_iterations = 12, .gradient = method, .start = start};
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

void expect_map(const Matrix& all, double perplexity) {
  const auto comm = test_world();
  for (const auto method : gradients) {
    const TsneOptions options{
        .perplexity = perplexity, .iterations = 60, .exaggeration_iterations = 20, .gradient = method};
    const TsneResult map = fit_tsne(comm, my_part(comm, all), all.rows(), options),
                     alone = fit_tsne(test_alone(), all, all.rows(), options);
    EXPECT_TRUE(map.embedding.allFinite()) << static_cast<int>(method);
    EXPECT_TRUE(std::isfinite(map.divergence));
    EXPECT_TRUE(same_bits(elements(map.embedding), elements(my_part(comm, alone.embedding))));
  }
}

TEST(Tsne, maps_rows_that_come_twice) {
  Matrix twice = test_clusters(60, 5, 3);
  twice.bottomRows(30) = twice.topRows(30);
  expect_map(twice, 5);
}

TEST(Tsne, maps_constant_rows) {
  expect_map(Matrix::Constant(60, 5, 0.1f), 5);
}

TEST(Tsne, maps_four_rows) {
  expect_map(test_clusters(4, 3, 2), 1.2);
}

TEST(Tsne, maps_rows_of_one_feature) {
  expect_map(test_clusters(60, 1, 3), 5);
}

TEST(Tsne, rows_of_two_features_keep_their_neighbours) {
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

TEST(Tsne, a_perplexity_of_a_third_of_the_rows_is_refused_on_all_ranks) {
  const auto comm = test_world();
  const Matrix all = test_clusters(50, 4, 2);
  try {
    fit_tsne(comm, my_part(comm, all), 50, {.perplexity = 17});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::options);
    EXPECT_TRUE(e.on_all_ranks());
  }
}

TEST(Tsne, bad_options_and_divergence_are_errors_on_all_ranks) {
  const auto comm = test_world();
  const Matrix all = test_clusters(50, 4, 2);
  const auto fit = [&](const TsneOptions& options) { fit_tsne(comm, my_part(comm, all), 50, options); };
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
