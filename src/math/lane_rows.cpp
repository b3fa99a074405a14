#include "shoal/math/lane_rows.hpp"

#include <algorithm>
#include <cstring>

#include "widen.hpp"

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

/// y = x[0 .. n), then zeros. A masked load where there are such.
[[gnu::noinline]] void pad(const float* __restrict x, Index n, float* __restrict y) {
  for (Index i = 0; i < lane_count; ++i) y[i] = i < n ? x[i] : 0.0f;
}

void load_sixteen_columns(const float* const (&rows)[lane_count], Index j, Lanes* group) {
  Lanes v[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) v[i] = sixteen(rows[i] + j);
  transpose(v);
#pragma GCC unroll 16
  for (int i = 0; i < 16; ++i) group[i] = v[i];
}

}  // namespace

void load_lane_rows(const float* const (&rows)[lane_count], Index d, Lanes* group) {
  Index j = 0;
  for (; j + lane_count <= d; j += lane_count) load_sixteen_columns(rows, j, group + j);
  if (j == d) return;
  alignas(64) float ends[lane_count][lane_count];
  const float* pointers[lane_count];
  for (int i = 0; i < 16; ++i) {
    pad(rows[i] + j, d - j, ends[i]);
    pointers[i] = ends[i];
  }
  Lanes last[lane_count];
  load_sixteen_columns(pointers, 0, last);
  std::copy_n(last, d - j, group + j);
}

void load_lane_rows(const std::uint8_t* const (&rows)[lane_count], Index d, Lanes* group) {
  constexpr Index strip = 128;
  alignas(64) float wide[lane_count][strip];
  const float* pointers[lane_count];
  for (Index j = 0; j < d; j += strip) {
    const Index columns = std::min(strip, d - j);
    for (int i = 0; i < 16; ++i) {
      widen(rows[i] + j, columns, wide[i]);
      pointers[i] = wide[i];
    }
    load_lane_rows(pointers, columns, group + j);
  }
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
