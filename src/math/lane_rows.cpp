#include "shoal/math/lane_rows.hpp"

#include <algorithm>
#include <cstring>

namespace shoal {
namespace {

using LaneNumbers = std::int32_t __attribute__((vector_size(64)));

/// One step of transposing 16 x 16 values: swaps the off-diagonal blocks of size `step` in all blocks of twice the
/// size.
template <int step>
inline void swap_blocks(Lanes (&v)[16]) {
  LaneNumbers low, high;  // lanes 16..31 mean the second vector
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) {
    low[i] = i & step ? 16 + i - step : i;
    high[i] = i & step ? 16 + i : i + step;
  }
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i)
    if (!(i & step)) {
      const Lanes a = v[i], b = v[i + step];
      v[i] = __builtin_shuffle(a, b, low);
      v[i + step] = __builtin_shuffle(a, b, high);
    }
}

}  // namespace

void load_lane_rows(const float* rows, Index count, Index d, Lanes* group) {
  for (Index j = 0; j < d; j += lane_count) {
    const Index width = std::min(lane_count, d - j);
    Lanes v[16];
    if (count == lane_count && width == lane_count) {
#pragma GCC unroll 16
      for (int i = 0; i < 16; ++i) std::memcpy(&v[i], rows + i * d + j, sizeof(Lanes));
    } else {
      for (int i = 0; i < 16; ++i) {
        v[i] = Lanes{};
        if (i < count) std::memcpy(&v[i], rows + i * d + j, static_cast<std::size_t>(width) * sizeof(float));
      }
    }
    swap_blocks<1>(v);
    swap_blocks<2>(v);
    swap_blocks<4>(v);
    swap_blocks<8>(v);
    std::memcpy(group + j, v, static_cast<std::size_t>(width) * sizeof(Lanes));
  }
}

}  // namespace shoal
