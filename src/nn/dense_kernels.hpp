#pragma once
#include "conv_kernels.hpp"
#include "shoal/core/order_free.hpp"

namespace shoal {

/// Rows that are multiplied at once.
inline constexpr Index row_block = 16;

/// Packs W (rows, columns), row-major, into blocks of row_block rows, the numbers of each column side by side; `packed`
/// holds packed_size(rows, columns) floats, the block that begins with row r lies at r * columns.
void pack_rows(const float* W, Index rows, Index columns, float* packed);
Index packed_size(Index rows, Index columns);

/// The same of the transpose of W, but only its block of row_block rows from `first` on: row_block * rows floats.
void pack_transposed(const float* W, Index rows, Index columns, Index first, float* packed);

/// y[r] = bias[r] + sum over c of W[r][c] x[c], for 16 samples and the row_block rows from `first` on, whose block is
/// `packed`; bias may be null.
void multiply_rows(const float* packed, Index first, Index rows, Index columns, const float* bias, const Lanes* x,
                   const Rectify& rectify, Lanes* y);

/// Sixteen samples side by side turned into rows: values[s * stride + i] = x[i][s], zero from n to `stride`, a
/// multiple of 16.
void to_rows(const Lanes* x, Index n, Index stride, float* values);

/// A block of dW[r][c] += sum over the steps t and the 16 samples of dy[t][r] x[t][c], one term a weight: its
/// product_rows rows from `first_row` on and its product_columns columns from `first_column` on, as far as there are.
/// dy: `rows` Lanes a step; x: each step as made by to_rows; dW (rows, columns) row-major. A dense layer has one step.
inline constexpr Index product_rows = 6, product_columns = 512;
void add_outer_product(Index steps, const Lanes* dy, Index first_row, Index rows, const float* x_rows, Index stride,
                       Index first_column, Index columns, const OrderFreeSums& dW);

}  // namespace shoal
