#include "shoal/core/byte_tiles.hpp"
#include "shoal/core/digit_tiles.hpp"

#include <gtest/gtest.h>

#include "shoal/core/random.hpp"

namespace shoal {
namespace {

AlignedVector<std::int8_t> random_bytes(Index count, std::uint64_t seed) {
  Random random(seed, Stream::kmeans_start, 0);
  AlignedVector<std::int8_t> bytes(static_cast<std::size_t>(count));
  for (auto& byte : bytes) byte = static_cast<std::int8_t>(random.below(256) - 128);
  return bytes;
}

// On a processor without tiles there is nothing but the plain loops: then this compares them with themselves.
TEST(DigitTiles, give_the_same_integers_as_plain_loops) {
  for (const Index chunks : {1, 2, 7}) {
    const auto a = random_bytes(chunks * chunk_bytes, 1), b = random_bytes(3 * chunks * chunk_bytes, 2);
    std::array<DigitProducts, 3> fast, plain;
    multiply_digits_plainly(a.data(), b.data(), chunks, 3, plain.data());
    if (has_byte_tiles())
      multiply_digits(a.data(), b.data(), chunks, 3, fast.data());
    else
      fast = plain;
    for (std::size_t n = 0; n < 3; ++n) EXPECT_EQ(fast[n].order, plain[n].order) << "of " << chunks << " chunks";
  }
}

TEST(DigitTiles, plain_loops_multiply_matrices) {
  // Only digit 0 of a and digit 1 of b: the products are of order 1.
  AlignedVector<std::int8_t> a(chunk_bytes), b(chunk_bytes);
  for (Index k = 0; k < chunk_depth; ++k) {
    a[static_cast<std::size_t>(5 * 64 + k)] = static_cast<std::int8_t>(k);  // row 5
    b[static_cast<std::size_t>(digit_tile_bytes + k / 4 * 64 + 4 * 9 + k % 4)] =
        static_cast<std::int8_t>(-k);  // column 9
  }
  DigitProducts products;
  multiply_digits_plainly(a.data(), b.data(), 1, 1, &products);
  EXPECT_EQ(products.order[1][5][9], -63 * 64 * 127 / 6);
  EXPECT_EQ(products.order[0][5][9], 0);
  EXPECT_EQ(products.order[1][9][5], 0);
}

}  // namespace
}  // namespace shoal
