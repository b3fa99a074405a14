#include "shoal/methods/batch_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace shoal {
namespace {

TEST(HeldOut, every_row_is_either_trained_on_or_held_out) {
  for (const Index rows : {1, 5, 19, 20, 21, 403})
    for (const double fraction : {0.0, 0.05, 0.1, 0.5}) {
      const HeldOut held_out(rows, fraction, 7);
      std::set<Index> seen;
      Index before = -1;
      for (Index i = 0; i < held_out.training_count(); ++i) {
        const Index row = held_out.training_row(i);
        EXPECT_GT(row, before);
        before = row;
        EXPECT_TRUE(seen.insert(row).second);
      }
      for (Index i = 0; i < held_out.held_out_count(); ++i) EXPECT_TRUE(seen.insert(held_out.held_out_row(i)).second);
      EXPECT_EQ(static_cast<Index>(seen.size()), rows);
      EXPECT_EQ(*seen.begin(), 0);
      EXPECT_EQ(*seen.rbegin(), rows - 1);
    }
}

TEST(BatchPlan, an_epoch_goes_through_every_row_once) {
  for (const Index rows : {1, 15, 16, 17, 100, 2050, 8200})
    for (const Index batch : {1, 16, 37, 64, 256, 5000}) {
      const BatchPlan plan(rows, batch, 3);
      std::set<Index> seen;
      Index samples = 0;
      for (Index b = 0; b < plan.groups(); ++b) {
        const auto order = plan.order(2, b);
        for (Index s = 0; s < plan.steps(); ++s) {
          const Shard group = plan.group(s, b);
          EXPECT_LE(group.size(), lane_count);
          for (Index i = group.begin; i < group.end; ++i)
            EXPECT_TRUE(seen.insert(order[static_cast<std::size_t>(i)]).second);
        }
      }
      for (Index s = 0; s < plan.steps(); ++s) {
        EXPECT_GT(plan.samples(s), 0);
        EXPECT_LE(plan.samples(s), plan.batch_size());
        samples += plan.samples(s);
      }
      EXPECT_EQ(samples, rows);
      EXPECT_EQ(static_cast<Index>(seen.size()), rows);
      if (rows >= batch) {
        EXPECT_EQ(plan.samples(0), batch);
      }
    }
}

TEST(BatchPlan, epochs_differ_and_repeat_for_the_same_seed) {
  const BatchPlan plan(1000, 64, 3), again(1000, 64, 3), other(1000, 64, 4);
  EXPECT_EQ(plan.order(1, 2), again.order(1, 2));
  EXPECT_NE(plan.order(1, 2), plan.order(2, 2));
  EXPECT_NE(plan.order(1, 2), other.order(1, 2));
}

TEST(BatchPlan, ranks_share_the_positions_without_gap_or_overlap) {
  const BatchPlan plan(8200, 64, 3);
  EXPECT_EQ(plan.groups(), 4);
  for (const int ranks : {1, 2, 3, 4, 7}) {
    Index total = 0;
    for (int r = 0; r < ranks; ++r) total += plan.positions(r, ranks).size();
    EXPECT_EQ(total, 8200);
  }
}

TEST(BatchPlan, blocks_of_one_window_are_shuffled_as_a_whole) {
  const BatchPlan plan(60000, 256, 3, 784);
  EXPECT_GE(plan.window_rows(), plan.block_range(0).size());
  std::vector<Index> expected(static_cast<std::size_t>(plan.block_range(5).size()));
  std::iota(expected.begin(), expected.end(), plan.block_range(5).begin);
  Random random(3, Stream::batch_order, std::uint64_t{2} << 32 | 5);
  for (Index i = std::ssize(expected) - 1; i > 0; --i)
    std::swap(expected[static_cast<std::size_t>(i)], expected[static_cast<std::size_t>(random.below(i + 1))]);
  EXPECT_EQ(plan.order(2, 5), expected);
}

TEST(BatchPlan, larger_blocks_are_gone_through_once_in_windows_of_whole_chunks) {
  for (const Index elements : {Index{1} << 15, Index{1} << 17, Index{1} << 22}) {
    const BatchPlan plan(50001, 64, 3, elements);
    const Shard range = plan.block_range(1);
    ASSERT_GT(range.size(), plan.window_rows());
    EXPECT_EQ(plan.window_rows() % plan.chunk_rows(), 0);
    std::vector<Index> all;
    Index windows = 0;
    for (BlockOrder order(plan, 1, 1); !order.at_end(); ++windows) {
      const ShuffleWindow window = order.next();
      std::set<Index> numbers(window.order.begin(), window.order.end());
      Index rows = 0;
      for (const Shard& chunk : window.chunks) {
        EXPECT_EQ((chunk.begin - range.begin) % plan.chunk_rows(), 0);
        EXPECT_TRUE(chunk.size() == plan.chunk_rows() || chunk.end == range.end);
        rows += chunk.size();
      }
      EXPECT_LE(rows, plan.window_rows());
      EXPECT_GT(rows, 0);
      EXPECT_EQ(static_cast<Index>(numbers.size()), rows);
      EXPECT_EQ(*numbers.rbegin(), rows - 1);
    }
    EXPECT_GT(windows, 1);
    all = plan.order(1, 1);
    EXPECT_NE(all, plan.order(2, 1));
    std::sort(all.begin(), all.end());
    ASSERT_EQ(std::ssize(all), range.size());
    for (Index i = 0; i < std::ssize(all); ++i) ASSERT_EQ(all[static_cast<std::size_t>(i)], range.begin + i);
  }
}

TEST(BatchPlan, a_window_takes_chunks_from_everywhere) {
  const BatchPlan plan(400000, 64, 3, 4096);  // 100,000 rows a block, windows of 16,384 and chunks of 16
  EXPECT_EQ(plan.chunk_rows(), 16);
  EXPECT_EQ(plan.window_rows(), 16384);
  const ShuffleWindow window = BlockOrder(plan, 1, 0).next();
  std::vector<int> tenths(10, 0);
  for (const Shard& chunk : window.chunks) ++tenths[static_cast<std::size_t>(chunk.begin / 10000)];
  for (const int n : tenths) EXPECT_NEAR(n, 102, 45);  // chunks of 1024
}

}  // namespace
}  // namespace shoal
