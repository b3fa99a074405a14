#include "shoal/methods/kmeans.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "reference/clustering_reference.hpp"
#include "shoal/core/error.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

Matrix reference_rows() {
  return test_matrix<Matrix>(reference::rows, reference::n, reference::d);
}

KMeansResult fit(const Communicator& comm, const Matrix& all, const KMeansOptions& options) {
  const Matrix mine = my_part(comm, all);
  return fit_kmeans(comm, source_of(mine), all.rows(), options);
}

template <class T>
std::vector<T> my_part_of(const Communicator& comm, const std::vector<T>& all) {
  const Shard shard = RowBlocks::of(static_cast<Index>(all.size())).shard(comm.rank(), comm.size());
  return {all.begin() + shard.begin, all.begin() + shard.end};
}

void expect_same_bits(const Communicator& comm, const KMeansResult& here, const KMeansResult& alone) {
  EXPECT_TRUE(same_bits(elements(here.centers), elements(alone.centers)));
  EXPECT_EQ(here.labels, my_part_of(comm, alone.labels));
  EXPECT_TRUE(same_bits(here.distances, my_part_of(comm, alone.distances)));
  EXPECT_EQ(here.inertia, alone.inertia);
  EXPECT_EQ(here.n_iter, alone.n_iter);
  EXPECT_EQ(here.sizes, alone.sizes);
  EXPECT_EQ(here.inertia_trace, alone.inertia_trace);
  EXPECT_EQ(here.inertias, alone.inertias);
  EXPECT_EQ(here.best_start, alone.best_start);
  EXPECT_EQ(here.empty_cluster_repairs, alone.empty_cluster_repairs);
  EXPECT_EQ(here.converged, alone.converged);
}

void expect_never_rises(const KMeansResult& result) {
  double before = std::numeric_limits<double>::infinity();
  for (const double inertia : result.inertia_trace) {
    EXPECT_LE(inertia, before * (1 + 1e-14));
    before = inertia;
  }
  EXPECT_LE(result.inertia, before * (1 + 1e-14));
}

TEST(KMeans, has_the_same_bits_for_any_number_of_ranks) {
  const auto comm = test_world();
  for (const Index n : {1000, 1024, 5001, 40, 3, 2})
    for (const Index d : {1, 7, 33}) {
      const Matrix all = test_clusters(n, d, 5);
      const KMeansOptions options{.k = std::min<Index>(n, 6), .n_init = 3, .seed = 9};
      expect_same_bits(comm, fit(comm, all, options), fit(test_alone(), all, options));
    }
}

TEST(KMeans, agrees_with_scikit_learn_from_the_same_centres) {
  const KMeansResult result = fit(
      test_alone(), reference_rows(),
      {.k = reference::k, .start_centers = test_matrix<MatrixD>(reference::kmeans_start, reference::k, reference::d)});
  for (std::size_t i = 0; i < reference::kmeans_labels.size(); ++i)
    EXPECT_EQ(result.labels[i], reference::kmeans_labels[i]) << i;
  EXPECT_NEAR(result.inertia, reference::kmeans_inertia, 1e-10 * reference::kmeans_inertia);
  EXPECT_EQ(result.n_iter, reference::kmeans_n_iter);
  EXPECT_TRUE(result.converged);
  for (Index i = 0; i < result.centers.size(); ++i)
    EXPECT_NEAR(result.centers.data()[i], reference::kmeans_centers[static_cast<std::size_t>(i)], 1e-9);
}

TEST(KMeans, agrees_with_scikit_learn_on_weighted_rows) {
  const Communicator comm = test_world();
  const Matrix all = reference_rows();
  const Shard shard = RowBlocks::of(all.rows()).shard(comm.rank(), comm.size());
  const Matrix mine = all.middleRows(shard.begin, shard.size());
  const KMeansResult result = fit_kmeans(
      comm, source_of(mine), all.rows(),
      {.k = reference::k, .start_centers = test_matrix<MatrixD>(reference::kmeans_start, reference::k, reference::d)},
      {},
      std::span(reference::kmeans_weights)
          .subspan(static_cast<std::size_t>(shard.begin), static_cast<std::size_t>(shard.size())));
  for (Index i = 0; i < shard.size(); ++i)
    EXPECT_EQ(result.labels[static_cast<std::size_t>(i)],
              reference::kmeans_weighted_labels[static_cast<std::size_t>(shard.begin + i)]);
  EXPECT_NEAR(result.inertia, reference::kmeans_weighted_inertia, 1e-10 * reference::kmeans_weighted_inertia);
  for (Index i = 0; i < result.centers.size(); ++i)
    EXPECT_NEAR(result.centers.data()[i], reference::kmeans_weighted_centers[static_cast<std::size_t>(i)], 1e-9);
}

TEST(KMeans, the_tolerance_means_what_it_means_in_scikit_learn) {
  const KMeansResult result =
      fit(test_alone(), reference_rows(),
          {.k = reference::k,
           .tolerance = 0.05,
           .start_centers = test_matrix<MatrixD>(reference::kmeans_start, reference::k, reference::d)});
  EXPECT_EQ(result.n_iter, reference::kmeans_loose_n_iter);
  EXPECT_NEAR(result.inertia, reference::kmeans_loose_inertia, 1e-10 * reference::kmeans_loose_inertia);
  for (std::size_t i = 0; i < reference::kmeans_loose_labels.size(); ++i)
    EXPECT_EQ(result.labels[i], reference::kmeans_loose_labels[i]) << i;
}

TEST(KMeans, several_starts_find_the_best_inertia_and_keep_the_first_of_least) {
  const KMeansResult result = fit(test_world(), reference_rows(), {.k = reference::k, .n_init = 20});
  EXPECT_NEAR(result.inertia, reference::kmeans_best_inertia, 1e-6 * reference::kmeans_best_inertia);
  ASSERT_EQ(result.inertias.size(), 20U);
  const auto best = std::min_element(result.inertias.begin(), result.inertias.end());
  EXPECT_EQ(result.best_start, best - result.inertias.begin());
  EXPECT_EQ(result.inertia, *best);
}

TEST(KMeans, inertia_never_rises_and_sizes_sum_to_n) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Matrix all = test_clusters(700, 5, 20, 1.5);
    const KMeansResult result = fit(test_world(), all, {.k = 17, .n_init = 1, .tolerance = 0, .seed = seed});
    expect_never_rises(result);
    EXPECT_EQ(static_cast<Index>(result.inertia_trace.size()), result.n_iter);
    EXPECT_EQ(std::accumulate(result.sizes.begin(), result.sizes.end(), std::int64_t{0}), 700);
    EXPECT_TRUE(result.converged);
  }
}

TEST(KMeans, labels_and_distances_belong_to_the_final_centres) {
  const auto comm = test_world();
  const Matrix all = test_clusters(900, 6, 8, 1.5), mine = my_part(comm, all);
  for (const Index iterations : {1, 2, 300}) {  // stopped early, and at rest
    const KMeansResult result = fit(comm, all, {.k = 8, .n_init = 2, .max_iterations = iterations});
    EXPECT_EQ(result.converged, iterations == 300);
    const CenterAssignment again = assign_to_centers(result.centers, source_of(mine));
    EXPECT_EQ(result.labels, again.labels);
    EXPECT_TRUE(same_bits(result.distances, again.distances));
    const CenterAssignment whole = assign_to_centers(result.centers, source_of(all));
    double inertia = 0;
    for (const float distance : whole.distances) inertia += static_cast<double>(distance) * distance;
    EXPECT_NEAR(result.inertia, inertia, 1e-6 * inertia);
    for (Index c = 0; c < 8; ++c)
      EXPECT_EQ(result.sizes[static_cast<std::size_t>(c)], std::count(whole.labels.begin(), whole.labels.end(), c));
  }
}

TEST(KMeans, one_cluster_is_the_mean) {
  const Matrix all = test_clusters(100, 4, 3);
  const KMeansResult result = fit(test_world(), all, {.k = 1, .n_init = 2});
  EXPECT_LT((result.centers.row(0) - all.cast<double>().colwise().mean()).norm(), 1e-12);
  EXPECT_EQ(result.sizes, std::vector<std::int64_t>{100});
}

TEST(KMeans, as_many_clusters_as_rows_leave_no_inertia) {
  const KMeansResult result = fit(test_world(), test_clusters(37, 3, 3), {.k = 37, .n_init = 1});
  EXPECT_EQ(result.inertia, 0);
  EXPECT_EQ(result.sizes, std::vector<std::int64_t>(37, 1));
}

TEST(KMeans, an_empty_cluster_takes_the_farthest_row) {
  const auto comm = test_world();
  Matrix all = test_clusters(50, 2, 1, 0);
  all.row(33) << 40.0f, 0.0f;
  all.row(41) << 0.0f, 30.0f;
  MatrixD start(3, 2);
  start << 0, 0, 1e6, 1e6, -1e6, 1e6;  // two centres that no row is near to
  const KMeansOptions options{.k = 3, .start_centers = start};
  const KMeansResult result = fit(comm, all, options);
  EXPECT_EQ(result.empty_cluster_repairs, 2);
  EXPECT_EQ(result.sizes, (std::vector<std::int64_t>{48, 1, 1}));
  EXPECT_EQ(result.centers(1, 0), 40);  // the first empty cluster took the farthest
  EXPECT_EQ(result.centers(2, 1), 30);
  expect_never_rises(result);
  expect_same_bits(comm, result, fit(test_alone(), all, options));
}

TEST(KMeans, equally_far_rows_are_taken_in_order) {
  Matrix all = Matrix::Zero(60, 1);
  all(20, 0) = 5;
  all(50, 0) = -5;
  MatrixD start(2, 1);
  start << 0, 1e3;
  const KMeansResult one = fit(test_world(), all, {.k = 2, .max_iterations = 1, .start_centers = start});
  EXPECT_EQ(one.centers(1, 0), 5);
  EXPECT_EQ(one.empty_cluster_repairs, 1);
}

TEST(KMeans, stops_on_fewer_distinct_rows_than_clusters) {
  const auto comm = test_world();
  Matrix all(90, 2);
  for (Index i = 0; i < 90; ++i) all.row(i).setConstant(static_cast<float>(i % 3));
  const KMeansOptions options{.k = 5, .n_init = 2};
  const KMeansResult result = fit(comm, all, options);
  EXPECT_EQ(result.inertia, 0);
  EXPECT_TRUE(result.converged);
  EXPECT_LE(result.n_iter, 3);
  EXPECT_EQ(std::count(result.sizes.begin(), result.sizes.end(), 0), 2);
  expect_same_bits(comm, result, fit(test_alone(), all, options));
}

TEST(KMeans, reports_each_iteration_on_all_ranks) {
  const auto comm = test_world();
  const Matrix all = test_clusters(200, 3, 4), mine = my_part(comm, all);
  std::vector<double> inertias;
  Index last_start = -1;
  const KMeansResult result =
      fit_kmeans(comm, source_of(mine), 200, {.k = 4, .n_init = 2}, [&](const KMeansProgress& p) {
        EXPECT_TRUE(p.start == last_start || p.iteration == 1);
        last_start = p.start;
        inertias.push_back(p.inertia);
      });
  EXPECT_EQ(last_start, 1);
  const auto& trace = result.inertia_trace;
  EXPECT_NE(std::search(inertias.begin(), inertias.end(), trace.begin(), trace.end()), inertias.end());
}

TEST(KMeans, bad_options_and_data_are_errors_on_all_ranks) {
  const auto comm = test_world();
  const Matrix all = test_clusters(12, 3, 2);
  try {
    fit(comm, all, {.k = 13});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::options);
    EXPECT_TRUE(e.on_all_ranks());
    EXPECT_STREQ(e.what(), "k-means: 13 clusters are wanted of 12 rows.");
  }
  EXPECT_THROW(fit(comm, all, {.k = 0}), Error);
  EXPECT_THROW(fit(comm, all, {.k = 2, .n_init = 0}), Error);
  EXPECT_THROW(fit(comm, all, {.k = 2, .max_iterations = 0}), Error);
  EXPECT_THROW(fit(comm, all, {.k = 2, .tolerance = -1}), Error);
  EXPECT_THROW(fit(comm, all, {.k = 2, .start_centers = MatrixD::Zero(2, 4)}), Error);
  Matrix bad = all;
  bad(3, 1) = std::numeric_limits<float>::infinity();
  EXPECT_THROW(fit(comm, bad, {.k = 2}), Error);
}

}  // namespace
}  // namespace shoal
