#pragma once
#include <bit>
#include <cstring>

#include "shoal/math/center_tiles.hpp"

namespace shoal {

inline Lanes lesser(const Lanes& a, const Lanes& b) {
  return a < b ? a : b;
}
inline Lanes greater(const Lanes& a, const Lanes& b) {
  return a > b ? a : b;
}

inline Lanes sixteen(const float* values) {
  Lanes v;
  std::memcpy(&v, values, sizeof v);
  return v;
}

/// The nearest whole numbers, |v| < 2^22: what is left in the last bits of 1.5 * 2^23 + v.
inline LaneNumbers nearest_whole(const Lanes& v) {
  constexpr float rounder = 0x1.8p23f;
  return std::bit_cast<LaneNumbers>(v + rounder) - std::bit_cast<std::int32_t>(rounder);
}

/// Keeps the two least scores of each lane. Centres come in ascending order where equal scores are to go to the first.
inline void take(const Lanes& score, std::int32_t center, NearestTwo& best) {
  best.center = score < best.first ? LaneNumbers{} + center : best.center;
  best.second = lesser(best.second, greater(best.first, score));
  best.first = lesser(best.first, score);
}

/// 16 sums of a tile, on a cache line.
inline Lanes as_numbers(const std::int32_t* sums) {
  return __builtin_convertvector(*reinterpret_cast<const LaneNumbers*>(sums), Lanes);
}

}  // namespace shoal
