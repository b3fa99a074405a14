#pragma once
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

}  // namespace shoal
