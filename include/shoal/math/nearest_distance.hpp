#pragma once
#include "shoal/core/matrix.hpp"

namespace shoal {

/// lowered(t, i) = min(nearest[i], |x_i - c_t|^2): what the squared distances to the nearest centre become when c_t
/// joins the centres. For each candidate t on its own; in float.
///
/// rows (count, d) and candidates (m, d) row-major, nearest (count), lowered (m, stride) with stride >= count. A row's
/// results have the same bits wherever it lies.
void lower_to_candidates(const float* rows, Index count, const Matrix& candidates, const float* nearest, float* lowered,
                         Index stride);

}  // namespace shoal
