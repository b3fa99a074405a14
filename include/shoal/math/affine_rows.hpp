#pragma once
#include "shoal/core/matrix.hpp"

namespace shoal {

/// Maps each row x to y = weights (x - before) + after, in double, rounded to float at the end.
///
/// rows (n, d), before (d), weights (m, d), after (m); returns (n, m). A row's result has the same bits wherever the
/// row lies and whatever its neighbours are: 16 rows are computed side by side, one a lane, never a BLAS call.
Matrix affine_rows(const Matrix& rows, const VectorD& before, const MatrixD& weights, const VectorD& after);

}  // namespace shoal
