#include "shoal/methods/batch_plan.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace shoal
