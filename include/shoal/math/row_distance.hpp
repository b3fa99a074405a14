#pragma once
#include "shoal/core/matrix.hpp"

namespace shoal {

/// |x - y|^2 in double of rows x, y (d), always summed in the same order; x and y may change places without changing a
/// bit.
double squared_distance(const float* x, const float* y, Index d);

}  // namespace shoal
