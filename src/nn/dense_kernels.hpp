#pragma once
#include "conv_kernels.hpp"
#include "shoal/core/order_free.hpp"

namespace shoal {

/// Packs a matrix for `multiply_rows`: `rows` x `columns`, element (r, c) at weights[r * row_step + c * column_step],
/// into blocks of 16 rows, column by column. `packed` holds packed_size(rows, columns) floats.
void pack_rows(const float* weights, Index rows, Index columns, Index row_step, Index column_step, float* packed);
Index packed_size(Index rows, Index columns);

/// Rows that `multiply_rows` does at once.
inline constexpr Index row_block = 16;

/// y[r] = bias[r] + sum over c of W[r][c] x[c], for 16 samples and the row_block rows from `first` (a multiple of it)
/// on; bias may be null. W packed by pack_rows.
void multiply_rows(const float* packed, Index first, Index rows, Index columns, const float* bias, const Lanes* x,
                   const Rectify& rectify, Lanes* y);

/// Sixteen samples side by side turned into rows: values[s * stride + i] = x[i][s], zero from n to `stride`, a
/// multiple of 16.
void to_rows(const Lanes* x, Index n, Index stride, float* values);

/// The 4 rows from `first` on of dW[r][c] += sum over the 16 samples of dy[r] x[c]; x as made by to_rows; dW
/// (rows, columns) row-major.
void add_outer_product(const Lanes* dy, Index first, Index rows, const float* x_rows, Index stride, Index columns,
                       const OrderFreeSums& dW);

}  // namespace shoal
