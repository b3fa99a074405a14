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

inline void transpose(Lanes (&v)[16]) {
  swap_blocks<1>(v);
  swap_blocks<2>(v);
  swap_blocks<4>(v);
  swap_blocks<8>(v);
}

inline Lanes sixteen(const float* values) {
  Lanes v;
  std::memcpy(&v, values, sizeof v);
  return v;
}

// A plain loop over an array: g++ 12 converts that in one instruction, and element by element what is written as a
// vector.
inline Lanes sixteen(const std::uint8_t* values) {
  alignas(64) float wide[lane_count];
  for (Index i = 0; i < lane_count; ++i) wide[i] = values[i];
  return sixteen(wide);
}

template <class T>
void load_scattered(const T* const (&rows)[lane_count], Index d, Lanes* group) {
  Lanes v[16];
  Index j = 0;
  for (; j + lane_count <= d; j += lane_count) {
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) v[i] = sixteen(rows[i] + j);
    transpose(v);
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) group[j + i] = v[i];
  }
  for (; j < d; ++j)
    for (int i = 0; i < 16; ++i) group[j][i] = static_cast<float>(rows[i][j]);
}

}  // namespace

void load_lane_rows(const float* const (&rows)[lane_count], Index d, Lanes* group) {
  load_scattered(rows, d, group);
}

void load_lane_rows(const std::uint8_t* const (&rows)[lane_count], Index d, Lanes* group) {
  load_scattered(rows, d, group);
}

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
    transpose(v);
    std::memcpy(group + j, v, static_cast<std::size_t>(width) * sizeof(Lanes));
  }
}

}  // namespace shoal
