#pragma once
#include "shoal/core/lanes.hpp"

namespace shoal {

/// Packs a matrix for `multiply`: `rows` x `columns`, element (r, c) at weights[r * row_step + c * column_step], into
/// blocks of 16 rows, column by column. `packed` holds packed_size(rows, columns) floats.
void pack_rows(const float* weights, Index rows, Index columns, Index row_step, Index column_step, float* packed);
Index packed_size(Index rows, Index columns);

/// y[r] = bias[r] + sum over c of W[r][c] x[c], for 16 samples; bias may be null. W packed by pack_rows.
void multiply(const float* packed, Index rows, Index columns, const float* bias, const Lanes* x, Lanes* y);

/// dW[r][c] += sum over the 16 samples of dy[r] x[c]; dW (rows, columns) row-major.
void add_outer_products(const Lanes* dy, Index rows, const Lanes* x, Index columns, float* dW);

}  // namespace shoal
