#pragma once
#include "shoal/core/lanes.hpp"

namespace shoal {

/// Kernel sums and forces (Repulsion) of 16 targets; or of one source, from the target in each lane.
struct PairSums {
  Lanes z{}, x{}, y{};
};

/// A pair of each lane: the difference of its points and the kernel.
struct Pair {
  Lanes dx, dy, q;
};

inline constexpr int pairs_at_once = 4;  // whose reciprocals share one division

/// 16 targets with 4 points. Four reciprocals cost one division and nine products, a third of four divisions: 1/a = b
/// (cd) / (ab cd).
inline void look_at_four(const float* px, const float* py, const Lanes& x, const Lanes& y,
                         Pair (&pairs)[pairs_at_once]) {
  Lanes a[pairs_at_once];
#pragma GCC unroll 4
  for (int p = 0; p < pairs_at_once; ++p) {
    pairs[p].dx = x - px[p];
    pairs[p].dy = y - py[p];
    a[p] = pairs[p].dx * pairs[p].dx + (pairs[p].dy * pairs[p].dy + 1.0f);
  }
  const Lanes ab = a[0] * a[1], cd = a[2] * a[3], r = 1.0f / (ab * cd), left = cd * r, right = ab * r;
  pairs[0].q = a[1] * left;
  pairs[1].q = a[0] * left;
  pairs[2].q = a[3] * right;
  pairs[3].q = a[2] * right;
}

inline Pair look_at_one(float px, float py, const Lanes& x, const Lanes& y) {
  const Lanes dx = x - px, dy = y - py;
  return {dx, dy, 1.0f / (dx * dx + (dy * dy + 1.0f))};
}

inline void add(const Pair& pair, PairSums& sums) {
  const Lanes square = pair.q * pair.q;
  sums.z += pair.q;
  sums.x += square * pair.dx;
  sums.y += square * pair.dy;
}

inline void add_four(const float* px, const float* py, const Lanes& x, const Lanes& y, PairSums& sums) {
  Pair pairs[pairs_at_once];
  look_at_four(px, py, x, y, pairs);
#pragma GCC unroll 4
  for (int p = 0; p < pairs_at_once; ++p) add(pairs[p], sums);
}

/// To either end of the pair.
inline void add(const Pair& pair, PairSums& target, PairSums& source) {
  const Lanes square = pair.q * pair.q;
  target.z += pair.q;
  target.x += square * pair.dx;
  target.y += square * pair.dy;
  source.z += pair.q;
  source.x -= square * pair.dx;
  source.y -= square * pair.dy;
}

}  // namespace shoal
