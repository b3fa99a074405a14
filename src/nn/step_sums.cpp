#include "step_sums.hpp"

#include <algorithm>

#include "lane_sums.hpp"

namespace shoal {
namespace {

// R rows times C vectors of columns, summed in registers over all steps and samples.
template <Index R, Index C>
void product_tile(Index steps, const Lanes* dz, Index rows, const float* x, Index stride, Index columns, Index at,
                  Index live, const OrderFreeSums& dW) {
  Lanes sum[R][C];
#pragma GCC unroll 8
  for (Index r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (Index c = 0; c < C; ++c) sum[r][c] = Lanes{};
  for (Index t = 0; t < steps; ++t, dz += rows) {
    const float* d = reinterpret_cast<const float*>(dz);
    for (Index s = 0; s < lane_count; ++s, x += stride) {
      Lanes value[C];
#pragma GCC unroll 8
      for (Index c = 0; c < C; ++c) value[c] = *reinterpret_cast<const Lanes*>(x + c * lane_count);
#pragma GCC unroll 8
      for (Index r = 0; r < R; ++r)
#pragma GCC unroll 8
        for (Index c = 0; c < C; ++c) sum[r][c] += d[r * lane_count + s] * value[c];
    }
  }
#pragma GCC unroll 8
  for (Index r = 0; r < R; ++r) dW.part(at + r * columns, live).add(reinterpret_cast<const float*>(sum[r]));
}

template <Index R>
void product_rows(Index steps, const Lanes* dz, Index rows, Index first, const float* x, Index stride, Index columns,
                  const OrderFreeSums& dW) {
  Index c = 0;
  const auto tile = [&](auto width) {
    product_tile<R, width>(steps, dz + first, rows, x + c, stride, columns, first * columns + c,
                           std::min(width * lane_count, columns - c), dW);
    c += width * lane_count;
  };
  while (c + 4 * lane_count <= stride) tile(std::integral_constant<Index, 4>{});
  while (c < stride) tile(std::integral_constant<Index, 1>{});
}

}  // namespace

void add_step_products(Index steps, const Lanes* dz, Index rows, const float* x_rows, Index stride, Index columns,
                       const OrderFreeSums& dW) {
  Index r = 0;
  for (; r + 4 <= rows; r += 4) product_rows<4>(steps, dz, rows, r, x_rows, stride, columns, dW);
  for (; r < rows; ++r) product_rows<1>(steps, dz, rows, r, x_rows, stride, columns, dW);
}

void add_step_sums(Index steps, const Lanes* dz, Index rows, const OrderFreeSums& db) {
  for (Index r = 0; r < rows; r += lane_count) {
    const Index live = std::min(lane_count, rows - r);
    Lanes sums[lane_count]{};
    for (Index t = 0; t < steps; ++t)
      for (Index i = 0; i < live; ++i) sums[i] += dz[t * rows + r + i];
    const Lanes totals = lane_sums(sums);
    db.part(r, live).add(reinterpret_cast<const float*>(&totals));
  }
}

}  // namespace shoal
