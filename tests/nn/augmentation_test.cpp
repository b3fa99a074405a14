#include "shoal/nn/augmentation.hpp"

#include <gtest/gtest.h>

#include <set>

#include "shoal/core/error.hpp"

namespace shoal {
namespace {

constexpr Shape shape{2, 5, 7};

GroupDraws draws_of(Index first) {
  GroupDraws draws{.seed = 4, .epoch = 1, .rows = {}};
  for (std::size_t l = 0; l < draws.rows.size(); ++l) draws.rows[l] = first + static_cast<Index>(l);
  return draws;
}

AlignedVector<Lanes> numbered_pixels() {
  AlignedVector<Lanes> x;
  for (Index i = 0; i < shape.size(); ++i) x.push_back(broadcast(static_cast<float>(i + 1)));
  return x;
}

// The image that is mirrored or not, then moved down and right.
float expected(bool mirrored, Index down, Index right, Index c, Index row, Index column) {
  const Index y = row - down, x = column - right;
  if (y < 0 || y >= shape.height || x < 0 || x >= shape.width) return 0;
  return static_cast<float>((c * shape.height + y) * shape.width + (mirrored ? shape.width - 1 - x : x) + 1);
}

TEST(Augmentation, is_read_or_refused_with_what_is_known) {
  EXPECT_FALSE(parse_augmentation("none", {7, 1, 1}).any());
  EXPECT_TRUE(parse_augmentation("flip", shape).flip);
  EXPECT_EQ(parse_augmentation("shift:4", shape).shift, 4);
  const auto both = parse_augmentation("shift:1, flip", shape);
  EXPECT_TRUE(both.flip && both.shift == 1);
  for (const char* text :
       {"", "flop", "shift", "shift:", "shift:0", "shift:-2", "shift:1.5", "shift:5", "flip,", "flip;shift:2"})
    EXPECT_THROW(parse_augmentation(text, shape), Error) << text;
  try {
    parse_augmentation("flip", {35, 1, 1});
    ADD_FAILURE() << "a vector was mirrored";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("a sample is 35"), std::string::npos);
  }
}

TEST(Augmentation, mirrors_and_moves_whole_images) {
  std::set<std::array<Index, 3>> seen;
  for (Index first = 0; first < 3000; first += lane_count) {
    auto x = numbered_pixels();
    augment({.flip = true, .shift = 2}, shape, draws_of(first), lane_count, x.data());
    for (int l = 0; l < lane_count; ++l) {
      int matches = 0;
      for (Index mirrored : {0, 1})
        for (Index down = -2; down <= 2; ++down)
          for (Index right = -2; right <= 2; ++right) {
            bool same = true;
            for (Index i = 0; i < shape.size() && same; ++i)
              same = x[static_cast<std::size_t>(i)][l] == expected(mirrored != 0, down, right, i / shape.pixels(),
                                                                   i % shape.pixels() / shape.width, i % shape.width);
            if (!same) continue;
            ++matches;
            seen.insert({mirrored, down, right});
          }
      ASSERT_EQ(matches, 1) << first << " lane " << l;
    }
  }
  EXPECT_EQ(seen.size(), 50u);
}

TEST(Augmentation, goes_by_the_row_and_the_epoch_and_leaves_other_lanes_alone) {
  const Augmentation both{.flip = true, .shift = 2};
  auto draws = draws_of(50);
  auto together = numbered_pixels(), alone = numbered_pixels(), later = numbered_pixels();
  augment(both, shape, draws, lane_count, together.data());
  GroupDraws other = draws;
  other.rows = {};
  other.rows[0] = draws.rows[9];
  augment(both, shape, other, 1, alone.data());
  ++draws.epoch;
  augment(both, shape, draws, lane_count, later.data());
  bool changed = false;
  for (std::size_t i = 0; i < together.size(); ++i) {
    ASSERT_EQ(alone[i][0], together[i][9]);
    ASSERT_EQ(alone[i][1], static_cast<float>(i + 1));
    for (int l = 0; l < lane_count; ++l) changed |= later[i][l] != together[i][l];
  }
  EXPECT_TRUE(changed);
}

}  // namespace
}  // namespace shoal
