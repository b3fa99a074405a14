#include "shoal/math/affine_rows.hpp"

#include <algorithm>

#include "shoal/core/lanes.hpp"
#include "shoal/math/lane_rows.hpp"

namespace shoal {
namespace {

// 16 doubles are two registers: as one wider vector, GCC 12 would keep the sums in memory.
using HalfLanes = double __attribute__((vector_size(64)));
struct DoubleLanes {
  HalfLanes low, high;  // rows 0..7, rows 8..15
};

/// `outputs` results of 16 rows: sums[o] = start[o] + sum_j weights(o, j) x[j].
template <int outputs>
void weighted_sums(const DoubleLanes* x, const double* weights, const double* start, Index d, DoubleLanes* sums) {
  HalfLanes low[outputs], high[outputs];
#pragma GCC unroll 4
  for (int o = 0; o < outputs; ++o) low[o] = high[o] = start[o] - HalfLanes{};
  for (Index j = 0; j < d; ++j) {
    const HalfLanes l = x[j].low, h = x[j].high;
#pragma GCC unroll 4
    for (int o = 0; o < outputs; ++o) {
      low[o] += weights[o * d + j] * l;
      high[o] += weights[o * d + j] * h;
    }
  }
#pragma GCC unroll 4
  for (int o = 0; o < outputs; ++o) sums[o] = {low[o], high[o]};
}

}  // namespace

Matrix affine_rows(const Matrix& rows, const VectorD& before, const MatrixD& weights, const VectorD& after) {
  const Index n = rows.rows(), d = rows.cols(), m = weights.rows();
  Matrix result(n, m);
  AlignedVector<Lanes> group(static_cast<std::size_t>(d));
  AlignedVector<DoubleLanes> x(static_cast<std::size_t>(d));
  for (Index first = 0; first < n; first += lane_count) {
    const Index count = std::min(lane_count, n - first);
    load_lane_rows(rows.data() + first * d, count, d, group.data());
    for (Index j = 0; j < d; ++j) {
      const auto at = static_cast<std::size_t>(j);
      for (int i = 0; i < 8; ++i) {
        x[at].low[i] = static_cast<double>(group[at][i]) - before[j];
        x[at].high[i] = static_cast<double>(group[at][i + 8]) - before[j];
      }
    }
    constexpr Index tile = 4;
    DoubleLanes sums[tile];
    for (Index o = 0; o < m; o += tile) {
      const Index outputs = std::min(tile, m - o);
      const double* w = weights.data() + o * d;
      if (outputs == tile)
        weighted_sums<tile>(x.data(), w, after.data() + o, d, sums);
      else
        for (Index t = 0; t < outputs; ++t) weighted_sums<1>(x.data(), w + t * d, after.data() + o + t, d, sums + t);
      for (Index i = 0; i < count; ++i)
        for (Index t = 0; t < outputs; ++t)
          result(first + i, o + t) = static_cast<float>(i < 8 ? sums[t].low[i] : sums[t].high[i - 8]);
    }
  }
  return result;
}

}  // namespace shoal
