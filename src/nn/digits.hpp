#pragma once
#include <bit>
#include <cstdint>

#include "shoal/core/digit_tiles.hpp"
#include "shoal/core/transpose.hpp"

namespace shoal {

using LaneInts = std::int32_t __attribute__((vector_size(64)));

/// The bits of |v|: their order is that of the magnitudes, infinity above all numbers, NaN above infinity.
inline LaneInts magnitude_bits(const Lanes& v) {
  return std::bit_cast<LaneInts>(v) & 0x7fffffff;
}

inline LaneInts larger(const LaneInts& a, const LaneInts& b) {
  return a > b ? a : b;
}

/// Powers of two that bring numbers to integers of three digits, and back.
struct DigitScale {
  float up;
  float down;  ///< NaN where the numbers are not finite: so is then all that is computed from them
};

/// For numbers of at most this magnitude (bits of a float), the finest scale at which they fit. Numbers below 2^-126
/// of 1 are lost.
inline DigitScale digit_scale(std::int32_t bits) {
  constexpr std::int32_t infinity = 0x7f800000, mantissa_bits = 23, bias = 127, smallest = 23;
  if (bits >= infinity) return {0, std::bit_cast<float>(infinity | 1)};
  const auto scale = [](std::int32_t exponent) {  // of numbers below 2^(exponent - 126)
    return DigitScale{std::bit_cast<float>((149 + bias - exponent) << mantissa_bits),
                      std::bit_cast<float>((exponent - 149 + bias) << mantissa_bits)};
  };
  const std::int32_t exponent = std::max(bits >> mantissa_bits, smallest);
  const DigitScale finest = scale(exponent);
  return std::bit_cast<float>(bits) * finest.up <= largest_digits ? finest : scale(exponent + 1);
}

/// The nearest integers, |v| <= largest_digits.
inline LaneInts nearest_integers(const Lanes& v) {
  const LaneInts half = (std::bit_cast<LaneInts>(v) & std::int32_t{-0x80000000LL}) | std::bit_cast<std::int32_t>(0.5f);
  return __builtin_convertvector(v + std::bit_cast<Lanes>(half), LaneInts);
}

/// Integers whose lowest three bytes are the digits of q: adding half a base to the lower two digits carries where they
/// are 128 and more, and taking it away again wraps them to their negative side.
inline LaneInts digits_of(const LaneInts& q) {
  return (q + 0x8080) ^ 0x8080;
}

/// Byte m of each lane: the digit d of t[m].
inline LaneInts digit_words(const LaneInts (&t)[4], Index d) {
  const int shift = static_cast<int>(16 - 8 * d);
  return ((t[0] >> shift) & 255) | (((t[1] >> shift) & 255) << 8) | (((t[2] >> shift) & 255) << 16) |
         ((t[3] >> shift) << 24);
}

inline void store_words(const LaneInts& words, std::int8_t* to) {
  *reinterpret_cast<LaneInts*>(to) = words;
}

/// The three digits of four vectors as row `row` of a chunk.
inline void store_digits(const LaneInts (&t)[4], Index row, std::int8_t* chunk) {
#pragma GCC unroll 4
  for (Index d = 0; d < digit_count; ++d) store_words(digit_words(t, d), chunk + d * digit_tile_bytes + row * 64);
}

/// Rows have become columns: words[l] of lane i stands at lane l of row i.
inline void store_transposed(LaneInts (&words)[lane_count], std::int8_t* tile) {
  transpose(words);
  for (Index i = 0; i < lane_count; ++i) store_words(words[i], tile + i * 64);
}

inline Index chunks_of(Index depth) {
  return (depth + chunk_depth - 1) / chunk_depth;
}

}  // namespace shoal
