#pragma once
#include <array>
#include <cstdint>

#include "shoal/core/lanes.hpp"

namespace shoal {

/// Numbers in fixed point, as three balanced digits of base 256 each: q = d0 2^16 + d1 2^8 + d2, -128 <= d < 128.
/// A product of two such numbers, without that of the last digits, is eight products of bytes, which are summed in
/// integers: exactly, in any order. On a processor that multiplies tiles of bytes this is faster than arithmetic in
/// float, and no less exact; the six products above 24 bits alone would err 1.7 times as much as floats do.
/// After Ootomo, Ozaki, Yokota 2024, doi 10.1177/10943420241239588.
inline constexpr Index digit_count = 3, order_count = 4;

/// A chunk is 64 numbers deep and 16 wide; each of its digits fills a tile of 16 rows of 64 bytes.
inline constexpr Index chunk_depth = 64, digit_tile_bytes = 1024, chunk_bytes = digit_count * digit_tile_bytes;

/// Sums of more products than this could leave 32 bits.
inline constexpr Index most_chunks = 512;

/// The largest integer that three balanced digits hold.
inline constexpr float largest_digits = 127 * 65536 + 127 * 256 + 127;

/// The sums of products of order o = 0 .. 3 (digits i and j with i + j = o): together they make
/// order[0] 2^24 + order[1] 2^16 + order[2] 2^8 + order[3], in units of 2^8.
struct DigitProducts {
  using Sums = std::array<std::array<std::int32_t, 16>, 16>;
  alignas(64) std::array<Sums, order_count> order;
};

/// products[n].order[o][r][c] = sum over i + j = o and all depths k of a_i[r][k] b_j[k][c], for n < count.
///
/// a: `chunks` chunks of [digit][16 rows][16 x 4 bytes]; b: `count` times `chunks` chunks of
/// [digit][16 x][16 columns][4 bytes], all on cache lines. Which of 64 numbers stands at [x][byte] is the caller's
/// choice, the same in a and b. chunks <= most_chunks. Needs has_byte_tiles().
void multiply_digits(const std::int8_t* a, const std::int8_t* b, Index chunks, Index count, DigitProducts* products);

/// The same in plain loops, on any processor.
void multiply_digits_plainly(const std::int8_t* a, const std::int8_t* b, Index chunks, Index count,
                             DigitProducts* products);

}  // namespace shoal
