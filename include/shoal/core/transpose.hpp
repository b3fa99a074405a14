#pragma once
#include <cstdint>

#include "shoal/core/lanes.hpp"

namespace shoal {

/// to = the vectors i and i + 8 of `from` interleaved: four times over, columns have become rows.
template <class Vector>
inline void perfect_shuffle(const Vector (&from)[lane_count], Vector (&to)[lane_count]) {
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) {
    to[2 * i] = __builtin_shufflevector(from[i], from[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    to[2 * i + 1] =
        __builtin_shufflevector(from[i], from[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  }
}

/// v[i][l] becomes v[l][i].
template <class Vector>
inline void transpose(Vector (&v)[lane_count]) {
  Vector w[lane_count];
  perfect_shuffle(v, w);
  perfect_shuffle(w, v);
  perfect_shuffle(v, w);
  perfect_shuffle(w, v);
}

}  // namespace shoal
