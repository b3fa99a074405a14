#pragma once
#include <bit>

#include "shoal/math/center_tiles.hpp"

namespace shoal {

inline Lanes lesser(const Lanes& a, const Lanes& b) {
  return a < b ? a : b;
}
inline Lanes greater(const Lanes& a, const Lanes& b) {
  return a > b ? a : b;
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

/// Whether a bit is set in any lane.
inline bool any_lane(const LaneNumbers& v) {
  using Eight = std::int32_t __attribute__((vector_size(32)));
  using Two = long long __attribute__((vector_size(16)));
  const Eight a = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) |
                  __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  const auto b =
      std::bit_cast<Two>(__builtin_shufflevector(a, a, 0, 1, 2, 3) | __builtin_shufflevector(a, a, 4, 5, 6, 7));
  return (b[0] | b[1]) != 0;
}

}  // namespace shoal
