#include "shoal/parallel/shard.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(Shard, parts_follow_one_another_and_differ_by_one_at_most) {
  for (const Index global : {0, 1, 2, 7, 100, 1001})
    for (const int ranks : {1, 2, 3, 4, 7, 8}) {
      Index at = 0;
      for (int r = 0; r < ranks; ++r) {
        const Shard s = Shard::of(global, r, ranks);
        EXPECT_EQ(s.begin, at);
        EXPECT_TRUE(s.size() == global / ranks || s.size() == global / ranks + 1);
        at = s.end;
      }
      EXPECT_EQ(at, global);
    }
}

TEST(RowBlocks, cover_the_rows_with_at_most_256_blocks_of_whole_lane_groups) {
  for (const Index rows : {1, 15, 16, 17, 4096, 4097, 60'000, 1'000'003}) {
    const RowBlocks blocks = RowBlocks::of(rows);
    EXPECT_LE(blocks.count(), 256);
    EXPECT_EQ(blocks.block_rows % 16, 0);
    EXPECT_EQ(blocks.end(blocks.count() - 1), rows);
    EXPECT_LT(blocks.begin(blocks.count() - 1), rows);
  }
}

TEST(RowBlocks, ranks_hold_whole_blocks_and_together_everything) {
  for (const Index rows : {3, 100, 5000, 60'000})
    for (const int ranks : {1, 2, 3, 4, 7}) {
      const RowBlocks blocks = RowBlocks::of(rows);
      Index at = 0;
      for (int r = 0; r < ranks; ++r) {
        const Shard s = blocks.shard(r, ranks);
        EXPECT_EQ(s.begin, at);
        EXPECT_TRUE(s.size() == 0 || s.begin % blocks.block_rows == 0);
        at = s.end;
      }
      EXPECT_EQ(at, rows);
    }
}

}  // namespace
}  // namespace shoal
