#include "shoal/core/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace shoal {
namespace {

using Block = std::array<std::uint32_t, 4>;

// The known-answer vectors that Salmon et al. publish with the Random123 library.
TEST(Philox, gives_the_published_answers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, is_a_function_of_seed_stream_and_index) {
  const auto first = [](std::uint64_t seed, Stream stream, std::uint64_t index) {
    return Random(seed, stream, index).bits();
  };
  EXPECT_EQ(first(7, Stream::weights, 3), first(7, Stream::weights, 3));
  EXPECT_NE(first(7, Stream::weights, 3), first(8, Stream::weights, 3));
  EXPECT_NE(first(7, Stream::weights, 3), first(7, Stream::batch_order, 3));
  EXPECT_NE(first(7, Stream::weights, 3), first(7, Stream::weights, 4));
  EXPECT_NE(first(7, Stream::weights, 3), first(7, Stream::weights, 3 + (1ull << 32)));
}

TEST(Random, uniform_and_normal_have_their_moments) {
  Random random(1, Stream::test);
  const int n = 200'000;
  double mean = 0, normal_mean = 0, normal_square = 0;
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform(), z = random.normal();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    mean += u / n;
    normal_mean += z / n;
    normal_square += z * z / n;
  }
  EXPECT_NEAR(mean, 0.5, 5 * std::sqrt(1.0 / 12 / n));
  EXPECT_NEAR(normal_mean, 0.0, 5 / std::sqrt(n));
  EXPECT_NEAR(normal_square, 1.0, 5 * std::sqrt(2.0 / n));
}

TEST(Random, below_is_even_and_in_range) {
  Random random(2, Stream::test);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) {
    const Index v = random.below(7);
    ASSERT_GE(v, 0);
    ASSERT_LT(v, 7);
    ++counts[static_cast<std::size_t>(v)];
  }
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
  EXPECT_EQ(random.below(1), 0);
}

}  // namespace
}  // namespace shoal
