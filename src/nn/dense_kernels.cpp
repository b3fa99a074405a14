#include "dense_kernels.hpp"

#include <algorithm>

#include "transpose.hpp"

namespace shoal {
namespace {

// R rows times C vectors of columns: the products of 16 samples are summed in registers, then one term is added.
template <Index R, Index C>
void outer_product_tile(const Lanes* dy, const float* x, Index stride, Index columns, Index at, Index live,
                        const OrderFreeSums& dW) {
  Lanes sum[R][C];
#pragma GCC unroll 8
  for (Index r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (Index c = 0; c < C; ++c) sum[r][c] = Lanes{};
  const float* d = reinterpret_cast<const float*>(dy);
  for (Index s = 0; s < lane_count; ++s, x += stride) {
    Lanes value[C];
#pragma GCC unroll 8
    for (Index c = 0; c < C; ++c) value[c] = *reinterpret_cast<const Lanes*>(x + c * lane_count);
#pragma GCC unroll 8
    for (Index r = 0; r < R; ++r)
#pragma GCC unroll 8
      for (Index c = 0; c < C; ++c) sum[r][c] += d[r * lane_count + s] * value[c];
  }
  if (live == C * lane_count) {
#pragma GCC unroll 8
    for (Index r = 0; r < R; ++r)
#pragma GCC unroll 8
      for (Index c = 0; c < C; ++c) dW.add_lanes(at + r * columns + c * lane_count, sum[r][c]);
    return;
  }
#pragma GCC unroll 8
  for (Index r = 0; r < R; ++r) dW.part(at + r * columns, live).add(reinterpret_cast<const float*>(sum[r]));
}

template <Index R>
void outer_product_rows(const Lanes* dy, Index first, const float* x, Index stride, Index columns,
                        const OrderFreeSums& dW) {
  Index c = 0;
  for (; c + 4 * lane_count <= stride; c += 4 * lane_count)
    outer_product_tile<R, 4>(dy + first, x + c, stride, columns, first * columns + c,
                             std::min(4 * lane_count, columns - c), dW);
  for (; c < stride; c += lane_count)
    outer_product_tile<R, 1>(dy + first, x + c, stride, columns, first * columns + c, std::min(lane_count, columns - c),
                             dW);
}

}  // namespace

Index packed_size(Index rows, Index columns) {
  return (rows + row_block - 1) / row_block * row_block * columns;
}

void pack_rows(const float* weights, Index rows, Index columns, Index row_step, Index column_step, float* packed) {
  for (Index r0 = 0; r0 < rows; r0 += row_block)
    for (Index c = 0; c < columns; ++c)
      for (Index r = r0; r < r0 + row_block; ++r) *packed++ = r < rows ? weights[r * row_step + c * column_step] : 0.0f;
}

// The accumulators stay in registers because every loop over them is unrolled.
void multiply_rows(const float* packed, Index first, Index rows, Index columns, const float* bias, const Lanes* x,
                   const Rectify& rectify, Lanes* y) {
  packed += first * columns;
  const Index live = std::min(row_block, rows - first);
  Lanes sum[row_block];
#pragma GCC unroll 16
  for (Index r = 0; r < row_block; ++r) sum[r] = Lanes{};
  for (Index c = 0; c < columns; ++c, packed += row_block) {
    const Lanes value = x[c];
#pragma GCC unroll 16
    for (Index r = 0; r < row_block; ++r) sum[r] += packed[r] * value;
  }
#pragma GCC unroll 16
  for (Index r = 0; r < row_block; ++r)
    if (r < live) {
      const Lanes v = bias ? sum[r] + bias[first + r] : sum[r];
      const Lanes sign = rectify.sign ? rectify.sign[first + r] : v;
      y[first + r] = sign > 0 ? v : rectify.slope * v;
    }
}

void to_rows(const Lanes* x, Index n, Index stride, float* values) {
  for (Index i = 0; i < stride; i += lane_count) {
    Lanes block[lane_count];
    for (Index j = 0; j < lane_count; ++j) block[j] = i + j < n ? x[i + j] : Lanes{};
    transpose(block);
    for (Index s = 0; s < lane_count; ++s) *reinterpret_cast<Lanes*>(values + s * stride + i) = block[s];
  }
}

void add_outer_product(const Lanes* dy, Index first, Index rows, const float* x, Index stride, Index columns,
                       const OrderFreeSums& dW) {
  if (first + 4 <= rows) return outer_product_rows<4>(dy, first, x, stride, columns, dW);
  for (Index r = first; r < rows; ++r) outer_product_rows<1>(dy, r, x, stride, columns, dW);
}

}  // namespace shoal
