// Silhouette, Davies-Bouldin and Calinski-Harabasz against scikit-learn, on any number of ranks, in memory and
// streamed.
#include <gtest/gtest.h>

#include <cmath>

#include "reference/cluster_quality_reference.hpp"
#include "shoal/core/error.hpp"
#include "shoal/methods/cluster_spread.hpp"
#include "shoal/methods/silhouette.hpp"
#include "test_clusters.hpp"
#include "test_streamed.hpp"

namespace shoal {
namespace {

using namespace reference;

struct Case {
  Matrix rows;
  std::vector<std::int32_t> labels;
  Index global = 0, k = 0;
  RowData data() const {
    RowData bytes{ElementType::float32, rows.rows(), rows.cols(), {}};
    const auto* from = reinterpret_cast<const std::byte*>(rows.data());
    bytes.bytes.assign(from, from + rows.size() * 4);
    return bytes;
  }
};

/// This rank's part of the reference data.
Case reference_case(const Communicator& comm) {
  const auto all = test_matrix<Matrix>(quality_rows, quality_n, quality_d);
  const Shard shard = RowBlocks::of(quality_n).shard(comm.rank(), comm.size());
  return {my_part(comm, all),
          {quality_labels.begin() + shard.begin, quality_labels.begin() + shard.end},
          quality_n,
          quality_k};
}

/// n rows of three clouds, labelled as such.
Case clouds(const Communicator& comm, Index n, Index d) {
  const Shard shard = RowBlocks::of(n).shard(comm.rank(), comm.size());
  Case c{test_clusters(shard, d, 3), {}, n, 3};
  for (Index i = shard.begin; i < shard.end; ++i) c.labels.push_back(static_cast<std::int32_t>(i % 3));
  return c;
}

TEST(Silhouette, is_that_of_scikit_learn) {
  const Communicator comm = test_world();
  const Case c = reference_case(comm);
  const Silhouette s = silhouette(comm, source_of(c.rows), c.labels, c.global, c.k);
  EXPECT_NEAR(s.mean, quality_silhouette, 1e-6);
  EXPECT_EQ(s.rows, quality_n);
  const Shard shard = RowBlocks::of(c.global).shard(comm.rank(), comm.size());
  ASSERT_EQ(std::ssize(s.values), shard.size());
  for (Index i = 0; i < shard.size(); ++i)
    EXPECT_NEAR(s.values[static_cast<std::size_t>(i)], quality_silhouettes[static_cast<std::size_t>(shard.begin + i)],
                2e-6);
  EXPECT_EQ(s.by_cluster.back(), 0);  // one row
}

TEST(Silhouette, has_the_same_bits_on_any_number_of_ranks_and_streamed) {
  for (const Index n : {5, 203, 1501}) {
    const Case mine = clouds(test_world(), n, 7), all = clouds(test_alone(), n, 7);
    const RowData data = mine.data();
    for (const Index sample : {Index{0}, n / 2}) {
      const Silhouette here = silhouette(test_world(), source_of(mine.rows), mine.labels, n, 3, sample, 4);
      const Silhouette streaming = silhouette(test_world(), streamed(data, 16), mine.labels, n, 3, sample, 4);
      const Silhouette alone = silhouette(test_alone(), source_of(all.rows), all.labels, n, 3, sample, 4);
      EXPECT_TRUE(same_bits(std::span(&here.mean, 1), std::span(&alone.mean, 1))) << n;
      EXPECT_TRUE(same_bits(here.by_cluster, alone.by_cluster));
      EXPECT_TRUE(same_bits(here.values, streaming.values));
      EXPECT_TRUE(same_bits(std::span(&streaming.mean, 1), std::span(&alone.mean, 1)));
    }
  }
}

TEST(Silhouette, of_a_sample_is_close_to_that_of_all) {
  const Case c = clouds(test_world(), 3000, 3);
  const double all = silhouette(test_world(), source_of(c.rows), c.labels, 3000, 3).mean;
  const Silhouette sampled = silhouette(test_world(), source_of(c.rows), c.labels, 3000, 3, 500, 1);
  EXPECT_EQ(sampled.rows, 500);
  EXPECT_TRUE(sampled.values.empty());
  EXPECT_NEAR(sampled.mean, all, 0.03);
}

TEST(Silhouette, of_one_cluster_is_undefined) {
  Case c = clouds(test_world(), 50, 2);
  std::fill(c.labels.begin(), c.labels.end(), 1);
  EXPECT_TRUE(std::isnan(silhouette(test_world(), source_of(c.rows), c.labels, 50, 3).mean));
}

TEST(Silhouette, of_equal_rows_in_two_clusters_is_zero) {
  Case c = clouds(test_world(), 50, 2);
  c.rows.setOnes();
  for (std::size_t i = 0; i < c.labels.size(); ++i) c.labels[i] = static_cast<std::int32_t>(i % 2);
  EXPECT_EQ(silhouette(test_world(), source_of(c.rows), c.labels, 50, 2).mean, 0);
}

TEST(ClusterSpread, gives_the_indices_of_scikit_learn) {
  const Case c = reference_case(test_world());
  const ClusterSpread spread = cluster_spread(test_world(), source_of(c.rows), c.labels, c.global, c.k);
  EXPECT_NEAR(spread.within, quality_within, 1e-10 * quality_within);
  EXPECT_NEAR(davies_bouldin(spread), quality_davies_bouldin, 1e-10);
  EXPECT_NEAR(calinski_harabasz(spread), quality_calinski_harabasz, 1e-8);
}

TEST(ClusterSpread, has_the_same_bits_on_any_number_of_ranks_and_streamed) {
  for (const Index n : {5, 203, 1501}) {
    const Case mine = clouds(test_world(), n, 7), all = clouds(test_alone(), n, 7);
    const RowData data = mine.data();
    const ClusterSpread here = cluster_spread(test_world(), source_of(mine.rows), mine.labels, n, 3);
    const ClusterSpread streaming = cluster_spread(test_world(), streamed(data, 16), mine.labels, n, 3);
    const ClusterSpread alone = cluster_spread(test_alone(), source_of(all.rows), all.labels, n, 3);
    for (const ClusterSpread* other : {&streaming, &alone}) {
      EXPECT_TRUE(same_bits(elements(here.means), elements(other->means)));
      EXPECT_TRUE(same_bits(elements(here.mean_distances), elements(other->mean_distances)));
      EXPECT_EQ(here.within, other->within);
      EXPECT_EQ(here.between, other->between);
      EXPECT_EQ(here.counts, other->counts);
    }
  }
}

TEST(ClusterSpread, empty_clusters_play_no_part) {
  const Case c = clouds(test_world(), 100, 2);
  const ClusterSpread three = cluster_spread(test_world(), source_of(c.rows), c.labels, 100, 3);
  const ClusterSpread nine = cluster_spread(test_world(), source_of(c.rows), c.labels, 100, 9);
  EXPECT_EQ(davies_bouldin(three), davies_bouldin(nine));
  EXPECT_EQ(calinski_harabasz(three), calinski_harabasz(nine));
  EXPECT_EQ(nine.counts.back(), 0);
}

TEST(ClusterIndices, of_one_cluster_are_undefined) {
  ClusterSpread spread{MatrixD::Zero(1, 2), {10}, VectorD::Ones(1), 3, 0};
  EXPECT_TRUE(std::isnan(davies_bouldin(spread)));
  EXPECT_TRUE(std::isnan(calinski_harabasz(spread)));
}

TEST(Gap, follows_its_formulas) {
  const Gap gap = gap_of(gap_inertia, {gap_reference_inertias.begin(), gap_reference_inertias.end()});
  EXPECT_NEAR(gap.gap, gap_value, 1e-14);
  EXPECT_NEAR(gap.standard_error, gap_standard_error, 1e-14);
}

TEST(Gap, chooses_the_first_k_that_the_next_does_not_beat) {
  EXPECT_EQ(chosen_by_gap({{0.1, 0.01}, {0.5, 0.01}, {0.502, 0.01}, {0.9, 0.01}}), 1);
  EXPECT_EQ(chosen_by_gap({{0.1, 0.01}, {0.5, 0.01}, {0.9, 0.01}}), 2);
  EXPECT_EQ(chosen_by_gap({{0.3, 0.1}}), 0);
}

}  // namespace
}  // namespace shoal
