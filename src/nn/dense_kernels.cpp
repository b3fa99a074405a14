#include "dense_kernels.hpp"

#include <algorithm>

namespace shoal {
namespace {

constexpr Index block = 16;

// `live` rows of a block; the accumulators stay in registers because every loop over them is unrolled.
void multiply_block(const float* packed, Index columns, const float* bias, const Lanes* x, Lanes* y, Index live) {
  Lanes sum[block];
#pragma GCC unroll 16
  for (Index r = 0; r < block; ++r) sum[r] = Lanes{};
  for (Index c = 0; c < columns; ++c, packed += block) {
    const Lanes value = x[c];
#pragma GCC unroll 16
    for (Index r = 0; r < block; ++r) sum[r] += packed[r] * value;
  }
#pragma GCC unroll 16
  for (Index r = 0; r < block; ++r)
    if (r < live) y[r] = bias ? sum[r] + bias[r] : sum[r];
}

// values[s * stride + i] = x[i][s]: from samples in lanes to one row a sample, padded with zeros.
void to_rows(const Lanes* x, Index n, Index stride, float* values) {
  for (Index i = 0; i < n; ++i)
    for (int s = 0; s < lane_count; ++s) values[s * stride + i] = x[i][s];
  for (Index i = n; i < stride; ++i)
    for (int s = 0; s < lane_count; ++s) values[s * stride + i] = 0;
}

}  // namespace

Index packed_size(Index rows, Index columns) {
  return (rows + block - 1) / block * block * columns;
}

void pack_rows(const float* weights, Index rows, Index columns, Index row_step, Index column_step, float* packed) {
  for (Index r0 = 0; r0 < rows; r0 += block)
    for (Index c = 0; c < columns; ++c)
      for (Index r = r0; r < r0 + block; ++r) *packed++ = r < rows ? weights[r * row_step + c * column_step] : 0.0f;
}

void multiply(const float* packed, Index rows, Index columns, const float* bias, const Lanes* x, Lanes* y) {
  for (Index r = 0; r < rows; r += block)
    multiply_block(packed + r * columns, columns, bias ? bias + r : nullptr, x, y + r, std::min(block, rows - r));
}

void add_outer_products(const Lanes* dy, Index rows, const Lanes* x, Index columns, float* dW) {
  const Index stride = (columns + lane_count - 1) / lane_count * lane_count;
  // Kept between calls: one allocation a thread, not one a group.
  thread_local AlignedVector<float> x_rows;
  x_rows.resize(std::max(x_rows.size(), static_cast<std::size_t>(stride * lane_count)));
  to_rows(x, columns, stride, x_rows.data());
  for (Index r = 0; r < rows; ++r) {
    const Lanes d = dy[r];
    float* row = dW + r * columns;
    for (Index c = 0; c < columns; c += lane_count) {
      Lanes sum{};
#pragma GCC unroll 16
      for (int s = 0; s < lane_count; ++s)
        sum += d[s] * *reinterpret_cast<const Lanes*>(x_rows.data() + s * stride + c);
      const Index live = std::min(lane_count, columns - c);
      for (Index i = 0; i < live; ++i) row[c + i] += sum[i];
    }
  }
}

}  // namespace shoal
