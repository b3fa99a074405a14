#include "shoal/core/lane_random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace shoal {
namespace {

std::array<Index, lane_count> some_rows() {
  std::array<Index, lane_count> rows{};
  for (std::size_t l = 0; l < rows.size(); ++l) rows[l] = static_cast<Index>(l * l * 7919 + (l % 3 << 33));
  return rows;
}

TEST(LaneRandom, has_the_words_of_each_sample_alone) {
  const auto rows = some_rows();
  const LaneRandom random(0x123456789ABCDEF0, Stream::dropout, 37, 1000, rows);
  for (const std::uint32_t n : {0u, 1u, 77u, 4'000'000'000u}) {
    const auto words = random.words(n);
    for (std::size_t l = 0; l < rows.size(); ++l)
      for (std::size_t i = 0; i < 4; ++i)
        ASSERT_EQ(words[i][l],
                  drawn_word(0x123456789ABCDEF0, Stream::dropout, 37, 1000, rows[l], 4 * std::uint64_t{n} + i))
            << n << " lane " << l << " word " << i;
  }
}

TEST(LaneRandom, everything_that_names_a_draw_changes_it) {
  const std::set<std::uint32_t> words{
      drawn_word(1, Stream::dropout, 2, 3, 4, 5), drawn_word(2, Stream::dropout, 2, 3, 4, 5),
      drawn_word(1, Stream::test, 2, 3, 4, 5),    drawn_word(1, Stream::dropout, 3, 3, 4, 5),
      drawn_word(1, Stream::dropout, 2, 4, 4, 5), drawn_word(1, Stream::dropout, 2, 3, 5, 5),
      drawn_word(1, Stream::dropout, 2, 3, 4, 6), drawn_word(1, Stream::dropout, 2, 3, Index{4} + (Index{1} << 32), 5),
      drawn_word(1, Stream::dropout, 2, 3, 4, 9)};
  EXPECT_EQ(words.size(), 9u);
}

TEST(LaneRandom, uniform_numbers_lie_below_1) {
  EXPECT_EQ(uniform_lanes(WordLanes{})[3], 0.0f);
  EXPECT_EQ(uniform_lanes(WordLanes{} + 0xFFFFFFFFu)[3], 1.0f - 0x1p-24f);
  EXPECT_EQ(uniform_lanes(WordLanes{} + 0x80000000u)[3], 0.5f);
}

TEST(LaneRandom, a_normal_number_is_the_quantile_of_its_word) {
  for (std::uint64_t word = 0; word < 0x1'0000'0000; word += 0x10101) {
    const auto bits = static_cast<std::uint32_t>(word);
    const double z = double{normal_lanes(WordLanes{} + bits)[5]};
    const double u = (2.0 * static_cast<double>(bits >> 9) + 1) * 0x1p-23 - 1;
    // erfc(|z| / sqrt 2) = 1 - |u|, and its slope by z is sqrt(2 / pi) exp(-z^2 / 2).
    const double error = (std::erfc(std::abs(z) * std::sqrt(0.5)) - (1 - std::abs(u))) /
                         (std::sqrt(2 / std::acos(-1.0)) * std::exp(-z * z / 2));
    ASSERT_LT(std::abs(error), 1e-6 * (1 + std::abs(z))) << bits;
    ASSERT_EQ(z > 0, u > 0);
  }
  EXPECT_NEAR(double{normal_lanes(WordLanes{})[0]}, -5.2947, 1e-3);
}

TEST(LaneRandom, normal_numbers_have_the_moments_of_the_distribution) {
  double sums[5]{};
  Index count = 0;
  const LaneRandom random(5, Stream::test, 0, 1, some_rows());
  for (std::uint32_t n = 0; n < 10'000; ++n)
    for (const auto& words : random.words(n)) {
      const Lanes z = normal_lanes(words);
      for (int l = 0; l < lane_count; ++l, ++count)
        for (int k = 1; k <= 4; ++k) sums[k] += std::pow(double{z[l]}, k);
    }
  const auto moment = [&](int k) { return sums[k] / static_cast<double>(count); };
  EXPECT_NEAR(moment(1), 0, 5e-3);
  EXPECT_NEAR(moment(2), 1, 8e-3);
  EXPECT_NEAR(moment(3), 0, 2e-2);
  EXPECT_NEAR(moment(4), 3, 6e-2);
}

}  // namespace
}  // namespace shoal
