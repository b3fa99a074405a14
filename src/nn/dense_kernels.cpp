#include "dense_kernels.hpp"

#include <algorithm>
#include <cstring>

#include "shoal/core/transpose.hpp"

namespace shoal {
namespace {

// R rows times C vectors of columns: the products of all steps and of 16 samples, summed in registers.
template <Index R, Index C>
void outer_product_tile(Index steps, const Lanes* dy, Index rows, const float* x, Index stride, float* terms) {
  Lanes sum[R][C];
#pragma GCC unroll 8
  for (Index r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (Index c = 0; c < C; ++c) sum[r][c] = Lanes{};
  for (Index t = 0; t < steps; ++t, dy += rows) {
    const auto* d = reinterpret_cast<const float*>(dy);
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
  for (Index r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (Index c = 0; c < C; ++c) *reinterpret_cast<Lanes*>(terms + r * product_columns + c * lane_count) = sum[r][c];
}

template <Index R>
void outer_product_rows(Index steps, const Lanes* dy, Index rows, Index r, const float* x, Index stride, Index begin,
                        Index columns, const OrderFreeSums& dW) {
  alignas(64) float terms[R * product_columns];
  const Index width = std::min(stride - begin, product_columns);
  Index c = 0;
  for (; c + 4 * lane_count <= width; c += 4 * lane_count)
    outer_product_tile<R, 4>(steps, dy + r, rows, x + begin + c, stride, terms + c);
  for (; c < width; c += lane_count) outer_product_tile<R, 1>(steps, dy + r, rows, x + begin + c, stride, terms + c);
  const Index live = std::min(columns - begin, product_columns);
  for (Index i = 0; i < R; ++i) dW.part((r + i) * columns + begin, live).add(terms + i * product_columns);
}

}  // namespace

Index packed_size(Index rows, Index columns) {
  return (rows + row_block - 1) / row_block * row_block * columns;
}

void pack_rows(const float* W, Index rows, Index columns, float* packed) {
  for (Index r = 0; r < rows; r += row_block)
    for (Index c = 0; c < columns; c += lane_count) {
      const Index height = std::min(row_block, rows - r), width = std::min(lane_count, columns - c);
      Lanes block[lane_count]{};
      for (Index i = 0; i < height; ++i)
        std::memcpy(&block[i], W + (r + i) * columns + c, static_cast<std::size_t>(width) * sizeof(float));
      transpose(block);
      std::memcpy(packed, block, static_cast<std::size_t>(width) * sizeof(Lanes));
      packed += width * row_block;
    }
}

void pack_transposed(const float* W, Index rows, Index columns, Index first, float* packed) {
  const Index width = std::min(row_block, columns - first);
  for (Index r = 0; r < rows; ++r, packed += row_block)
    std::fill(std::copy_n(W + r * columns + first, width, packed), packed + row_block, 0.0f);
}

// The accumulators stay in registers because every loop over them is unrolled.
void multiply_rows(const float* packed, Index first, Index rows, Index columns, const float* bias, const Lanes* x,
                   const Rectify& rectify, Lanes* y) {
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

void add_outer_product(Index steps, const Lanes* dy, Index first_row, Index rows, const float* x, Index stride,
                       Index first_column, Index columns, const OrderFreeSums& dW) {
  if (first_row + product_rows <= rows)
    return outer_product_rows<product_rows>(steps, dy, rows, first_row, x, stride, first_column, columns, dW);
  for (Index r = first_row; r < rows; ++r)
    outer_product_rows<1>(steps, dy, rows, r, x, stride, first_column, columns, dW);
}

}  // namespace shoal
