// Starts, weights, cosine distances, mini-batches: what k-means offers beside its plain form.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "shoal/core/error.hpp"
#include "shoal/methods/kmeans_start.hpp"
#include "shoal/methods/minibatch_kmeans.hpp"
#include "shoal/methods/unit_rows.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

std::vector<float> test_weights(Index n) {
  std::vector<float> weights;
  for (Index i = 0; i < n; ++i) weights.push_back(static_cast<float>(i % 5) * 0.7f);
  return weights;
}

struct Choice {
  KMeansOptions options;
  bool weighted = false, cosine = false, batches = false;
};

KMeansResult fit(const Communicator& comm, const Matrix& all, const Choice& choice) {
  const Shard shard = RowBlocks::of(all.rows()).shard(comm.rank(), comm.size());
  const Matrix mine = my_part(comm, all);
  const auto weights = test_weights(all.rows());
  const std::vector<float> my_weights(weights.begin() + shard.begin, weights.begin() + shard.end);
  const RowSource plain = source_of(mine);
  const RowSource rows = choice.cosine ? unit_rows(plain, shard.begin) : plain;
  const std::span<const float> given = choice.weighted ? std::span<const float>(my_weights) : std::span<const float>();
  KMeansOptions options = choice.options;
  options.unit_centers = choice.cosine;
  return choice.batches
             ? fit_minibatch_kmeans(comm, rows, all.rows(), options, {.batch_size = 64, .epochs = 3}, {}, given)
             : fit_kmeans(comm, rows, all.rows(), options, {}, given);
}

void expect_same_as_alone(const Matrix& all, const Choice& choice) {
  const auto comm = test_world();
  const KMeansResult here = fit(comm, all, choice), alone = fit(test_alone(), all, choice);
  const Shard shard = RowBlocks::of(all.rows()).shard(comm.rank(), comm.size());
  const auto mine = [&](const auto& values) {
    return std::vector(values.begin() + shard.begin, values.begin() + shard.end);
  };
  EXPECT_TRUE(same_bits(elements(here.centers), elements(alone.centers)));
  EXPECT_EQ(here.labels, mine(alone.labels));
  EXPECT_EQ(here.distances, mine(alone.distances));
  if (choice.options.second_distances) EXPECT_EQ(here.second_distances, mine(alone.second_distances));
  EXPECT_EQ(here.inertia, alone.inertia);
  EXPECT_EQ(here.inertias, alone.inertias);
  EXPECT_EQ(here.inertia_trace, alone.inertia_trace);
  EXPECT_EQ(here.sizes, alone.sizes);
}

TEST(KMeansChoices, have_the_same_bits_for_any_number_of_ranks) {
  for (const Index n : {700, 17})
    for (const KMeansStart start : {KMeansStart::plus_plus, KMeansStart::parallel, KMeansStart::random})
      for (const int kind : {0, 1, 2, 3, 4}) {
        SCOPED_TRACE(std::to_string(n) + ", start " + std::to_string(static_cast<int>(start)) + ", kind " +
                     std::to_string(kind));
        expect_same_as_alone(test_clusters(n, 6, 5),
                             {{.k = 7, .n_init = 2, .seed = 3, .start = start, .second_distances = kind == 0},
                              kind == 1 || kind == 4,
                              kind == 2,
                              kind >= 3});
      }
}

TEST(KMeansChoices, weights_count_as_repeated_rows) {
  const Matrix few = test_clusters(60, 3, 4);
  std::vector<float> weights;
  Matrix many(0, 3);
  for (Index i = 0; i < 60; ++i) {
    weights.push_back(static_cast<float>(i % 4));
    for (Index r = 0; r < i % 4; ++r) {
      many.conservativeResize(many.rows() + 1, Eigen::NoChange);
      many.row(many.rows() - 1) = few.row(i);
    }
  }
  const KMeansOptions options{.k = 4, .tolerance = 0, .start_centers = few.topRows(4).cast<double>()};
  const KMeansResult weighted = fit_kmeans(test_alone(), source_of(few), 60, options, {}, weights);
  const KMeansResult repeated = fit_kmeans(test_alone(), source_of(many), many.rows(), options);
  EXPECT_LT((weighted.centers - repeated.centers).norm(), 1e-9);
  EXPECT_NEAR(weighted.inertia, repeated.inertia, 1e-9 * repeated.inertia);
}

TEST(KMeansChoices, rows_without_weight_get_labels_but_move_nothing) {
  Matrix all = test_clusters(40, 2, 2);
  std::vector<float> weights(40, 1.0f);
  all.row(7).setConstant(1e6f);
  weights[7] = 0;
  const KMeansResult result = fit_kmeans(test_alone(), source_of(all), 40, {.k = 2}, {}, weights);
  EXPECT_LT(result.centers.cwiseAbs().maxCoeff(), 100);
  EXPECT_GT(result.distances[7], 1e5f);
}

TEST(KMeansChoices, bad_weights_are_named) {
  const Matrix all = test_clusters(20, 2, 2);
  for (const float bad : {-1.0f, std::numeric_limits<float>::quiet_NaN()}) {
    std::vector<float> weights(20, 1.0f);
    weights[13] = bad;
    try {
      fit_kmeans(test_alone(), source_of(all), 20, {.k = 2}, {}, weights);
      FAIL();
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::numerics);
      EXPECT_NE(std::string(e.what()).find("row 13"), std::string::npos) << e.what();
    }
  }
  const std::vector<float> none(20, 0.0f);
  EXPECT_THROW(fit_kmeans(test_alone(), source_of(all), 20, {.k = 2}, {}, none), Error);
}

TEST(KMeansChoices, elements_that_are_not_finite_are_named) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    Matrix all = test_clusters(3000, 5, 2);
    all(2345, 3) = bad;
    const Matrix mine = my_part(test_world(), all);
    try {
      fit_kmeans(test_world(), source_of(mine), 3000, {.k = 2});
      FAIL();
    } catch (const Error& e) {
      EXPECT_TRUE(e.on_all_ranks());
      EXPECT_NE(std::string(e.what()).find("row 2345, column 3"), std::string::npos) << e.what();
    }
  }
}

TEST(KMeansChoices, cosine_centres_have_length_1_and_ignore_the_length_of_rows) {
  Matrix all = test_clusters(300, 5, 4);
  const Choice choice{{.k = 4, .n_init = 3}, false, true};
  const KMeansResult result = fit(test_alone(), all, choice);
  for (Index c = 0; c < 4; ++c) EXPECT_NEAR(result.centers.row(c).norm(), 1, 1e-12);
  for (Index i = 0; i < 300; ++i) all.row(i) *= std::exp2(static_cast<float>(i % 9));
  EXPECT_EQ(fit(test_alone(), all, choice).labels, result.labels);
  all.row(99).setZero();
  EXPECT_THROW(fit(test_alone(), all, choice), Error);
}

TEST(KMeansChoices, second_distances_are_those_of_the_second_nearest) {
  const Matrix all = test_clusters(200, 4, 5);
  const KMeansResult result = fit_kmeans(test_alone(), source_of(all), 200, {.k = 5, .second_distances = true});
  for (Index i = 0; i < 200; ++i) {
    double second = std::numeric_limits<double>::infinity();
    for (Index c = 0; c < 5; ++c)
      if (c != result.labels[static_cast<std::size_t>(i)])
        second = std::min(second, (all.row(i).cast<double>() - result.centers.row(c)).norm());
    EXPECT_NEAR(result.second_distances[static_cast<std::size_t>(i)], second, 1e-5 * second);
  }
}

TEST(KMeansChoices, every_start_gives_rows_and_different_ones_where_there_are_enough) {
  const auto comm = test_world();
  const Matrix all = test_clusters(90, 3, 4), mine = my_part(comm, all);
  const KMeansRows rows = look_at_rows(comm, source_of(mine), {}, 90);
  for (const Index k : {1, 20, 90})
    for (const MatrixD& centers : {kmeans_parallel(comm, rows, k, 1, 0), random_rows(comm, rows, k, 1, 0)}) {
      std::set<std::vector<double>> different;
      for (Index c = 0; c < k; ++c) different.emplace(centers.row(c).begin(), centers.row(c).end());
      if (k < 90) EXPECT_EQ(static_cast<Index>(different.size()), k);
      for (Index c = 0; c < k; ++c)
        EXPECT_EQ((all.cast<double>().rowwise() - centers.row(c)).rowwise().norm().minCoeff(), 0);
    }
}

TEST(KMeansChoices, parallel_starts_find_far_clouds) {
  const Matrix all = test_clusters(800, 6, 8, 50);
  const KMeansResult result = fit(test_world(), all, {{.k = 8, .n_init = 1, .start = KMeansStart::parallel}});
  EXPECT_LT(result.inertia, 2.0 * 800 * 6);
}

TEST(KMeansChoices, constant_columns_and_a_single_row_are_ordinary) {
  Matrix all = test_clusters(100, 4, 3);
  all.col(2).setConstant(7);
  const KMeansResult result = fit(test_world(), all, {{.k = 3}});
  for (Index c = 0; c < 3; ++c) EXPECT_EQ(result.centers(c, 2), 7);
  const KMeansResult one = fit(test_world(), all.topRows(1), {{.k = 1}});
  EXPECT_EQ(one.inertia, 0);
  EXPECT_EQ(one.centers, all.topRows(1).cast<double>());
}

TEST(KMeansChoices, batches_come_near_to_what_all_rows_find) {
  const Matrix all = test_clusters(4000, 6, 6, 6);
  const KMeansResult full = fit(test_world(), all, {{.k = 6, .n_init = 5}});
  const KMeansResult batches = fit(test_world(), all, {{.k = 6, .n_init = 5}, false, false, true});
  EXPECT_LT(batches.inertia, 1.05 * full.inertia);
}

TEST(KMeansChoices, batches_begin_starved_centres_anew) {
  const Matrix all = test_clusters(2000, 3, 3, 8);
  MatrixD start = all.topRows(3).cast<double>();
  start.row(2).setConstant(1e4);
  const KMeansResult result = fit(test_world(), all, {{.k = 3, .start_centers = start}, false, false, true});
  EXPECT_LT(result.centers.cwiseAbs().maxCoeff(), 1e3);
  EXPECT_EQ(std::count(result.sizes.begin(), result.sizes.end(), 0), 0);
}

TEST(KMeansChoices, batches_measure_starts_far_from_all_rows) {
  const Matrix all = (test_clusters(2000, 3, 3).array().cwiseMax(-8).cwiseMin(8) + 8) / 16;
  for (const double far : {2.0, 65535.0, 1e9}) {
    MatrixD start(4, 3);
    for (Index c = 0; c < 4; ++c) start.row(c).setConstant(far + static_cast<double>(c));
    const Choice choice{{.k = 4, .start_centers = start}, false, false, true};
    const KMeansResult result = fit(test_world(), all, choice);
    // About the nearest of the four, all of whose coordinates are alike.
    const double expected = (all.cast<double>().array() - far).square().rowwise().sum().mean();
    EXPECT_NEAR(result.inertia_trace.front(), expected, 0.1 * expected) << far;
    EXPECT_LT(result.centers.cwiseAbs().maxCoeff(), 2) << far;
    expect_same_as_alone(all, choice);
  }
}

TEST(KMeansChoices, batches_whose_size_is_no_divisor_of_the_rows_have_the_same_bits) {
  for (const auto& [n, batch_size] : {std::pair<Index, Index>{1500, 1000}, {1999, 1000}, {1001, 1000}, {1001, 7}}) {
    const Matrix all = test_clusters(n, 4, 3), mine = my_part(test_world(), all);
    const KMeansOptions options{.k = 5, .n_init = 1, .seed = 1};
    const MiniBatchOptions batches{.batch_size = batch_size, .epochs = 3};
    const auto here = fit_minibatch_kmeans(test_world(), source_of(mine), n, options, batches);
    const auto alone = fit_minibatch_kmeans(test_alone(), source_of(all), n, options, batches);
    EXPECT_EQ(here.inertia_trace, alone.inertia_trace) << n << " rows in batches of " << batch_size;
    EXPECT_TRUE(same_bits(elements(here.centers), elements(alone.centers)));
  }
}

}  // namespace
}  // namespace shoal
