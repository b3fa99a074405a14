#include "shoal/methods/score.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "reference/clustering_reference.hpp"
#include "shoal/core/error.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

/// The reference's classes, by values of their own, and clusters of my rows.
struct Sample {
  std::vector<std::int64_t> labels;
  std::vector<std::int32_t> predicted;
  std::vector<float> values;
};

Sample sample(const Communicator& comm) {
  Sample s;
  const Shard shard = RowBlocks::of(reference::n).shard(comm.rank(), comm.size());
  for (Index i = shard.begin; i < shard.end; ++i) {
    const auto at = static_cast<std::size_t>(i);
    s.labels.push_back(100 * reference::classes[at] - 50);
    s.predicted.push_back(reference::kmeans_labels[at]);
    s.values.push_back(static_cast<float>(Random(6, Stream::test, at).normal()));
  }
  return s;
}

TEST(Score, of_all_ranks_agrees_with_scikit_learn) {
  const Sample mine = sample(test_world());
  const ClusterScores scores = score_clusters(test_world(), mine.labels, mine.predicted);
  EXPECT_EQ(scores.class_values, (std::vector<std::int64_t>{-50, 50, 150, 250}));
  EXPECT_EQ(scores.contingency.sum(), reference::n);
  EXPECT_NEAR(scores.accuracy, reference::scores_of_kmeans.accuracy, 1e-14);
  EXPECT_NEAR(scores.purity, reference::scores_of_kmeans.purity, 1e-14);
  EXPECT_NEAR(scores.nmi, reference::scores_of_kmeans.nmi, 1e-12);
  EXPECT_NEAR(scores.ari, reference::scores_of_kmeans.ari, 1e-12);
}

TEST(Score, has_the_same_bits_for_any_number_of_ranks) {
  const Sample mine = sample(test_world()), all = sample(test_alone());
  const ClusterScores here = score_clusters(test_world(), mine.labels, mine.predicted),
                      alone = score_clusters(test_alone(), all.labels, all.predicted);
  EXPECT_EQ(here.contingency, alone.contingency);
  EXPECT_EQ(here.class_of_cluster, alone.class_of_cluster);
  EXPECT_EQ(here.nmi, alone.nmi);
  EXPECT_EQ(here.ari, alone.ari);
}

TEST(Score, knows_clusters_that_no_row_is_in) {
  const Sample mine = sample(test_world());
  const ClusterScores scores = score_clusters(test_world(), mine.labels, mine.predicted, 6);
  EXPECT_EQ(scores.contingency.cols(), 6);
  EXPECT_EQ(scores.contingency.rightCols(2).sum(), 0);
  EXPECT_EQ(scores.class_of_cluster.size(), 6U);
  EXPECT_NEAR(scores.nmi, reference::scores_of_kmeans.nmi, 1e-12);
}

TEST(Score, predictions_that_do_not_fit_are_errors_on_all_ranks) {
  const auto comm = test_world();
  Sample mine = sample(comm);
  EXPECT_THROW(score_clusters(comm, mine.labels, mine.predicted, 3), Error);
  if (comm.is_root()) mine.predicted[0] = -1;
  EXPECT_THROW(score_clusters(comm, mine.labels, mine.predicted), Error);
  if (comm.is_root()) mine.predicted.pop_back();
  EXPECT_THROW(score_clusters(comm, mine.labels, mine.predicted), Error);
}

TEST(PerClassMean, is_exact_and_the_same_for_any_number_of_ranks) {
  const Sample mine = sample(test_world()), all = sample(test_alone());
  const ClassMeans here = per_class_mean(test_world(), mine.labels, mine.values, reference::n),
                   alone = per_class_mean(test_alone(), all.labels, all.values, reference::n);
  EXPECT_EQ(here.class_values, alone.class_values);
  EXPECT_EQ(here.counts, alone.counts);
  EXPECT_TRUE(same_bits(here.means, alone.means));
  for (std::size_t c = 0; c < here.counts.size(); ++c) {
    double sum = 0;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < all.labels.size(); ++i)
      if (all.labels[i] == here.class_values[c]) {
        sum += static_cast<double>(all.values[i]);
        ++count;
      }
    EXPECT_EQ(here.counts[c], count);
    EXPECT_NEAR(here.means[c], sum / static_cast<double>(count), 1e-14);
  }
}

TEST(PerClassMean, of_nan_is_an_error) {
  const auto comm = test_world();
  Sample mine = sample(comm);
  if (comm.is_root()) mine.values[2] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(per_class_mean(comm, mine.labels, mine.values, reference::n), Error);
}

}  // namespace
}  // namespace shoal
