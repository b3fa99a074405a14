#include "shoal/math/lane_rows.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "shoal/core/transpose.hpp"
#include "widen.hpp"

namespace shoal {
namespace {

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

/// One step of turning two blocks of 8 x 8, side by side: swaps the blocks of size `step` off their diagonals.
template <int step, std::size_t... lane>
inline void swap_blocks(Lanes (&v)[8], std::index_sequence<lane...>) {
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i)
    if (!(i & step)) {
      const Lanes a = v[i], b = v[i + step];
      v[i] = __builtin_shufflevector(a, b, (lane & step ? 16 + lane - step : lane)...);
      v[i + step] = __builtin_shufflevector(a, b, (lane & step ? 16 + lane : lane + step)...);
    }
}

inline Lanes two_halves(const float* low, const float* high) {
  Lanes v;
  std::memcpy(&v, low, sizeof v / 2);
  std::memcpy(reinterpret_cast<char*>(&v) + sizeof v / 2, high, sizeof v / 2);
  return v;
}

}  // namespace

void load_narrow_rows(const float* const (&rows)[lane_count], Index d, Lanes* group) {
  Lanes v[8];
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) v[i] = two_halves(rows[i], rows[i + 8]);
  constexpr std::make_index_sequence<lane_count> lanes;
  swap_blocks<1>(v, lanes);
  swap_blocks<2>(v, lanes);
  swap_blocks<4>(v, lanes);
#pragma GCC unroll 8
  for (int j = 0; j < 8; ++j)
    if (j < d) group[j] = v[j];
}

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
