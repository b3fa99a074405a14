#pragma once
#include <array>

#include "shoal/core/lanes.hpp"

namespace shoal {

/// Mean squared error of each of 16 samples: sum over the `size` elements of (y - t)^2 / size, in double.
std::array<double, lane_count> squared_errors(const Lanes* y, const Lanes* t, Index size);

/// The gradient of the sum over the first `used` lanes of those errors, zero in the other lanes, with respect to what
/// became y by a rectifier with this slope (layer.hpp; 1: none).
void squared_error_gradient(const Lanes* y, const Lanes* t, Index size, Index used, float slope, Lanes* dy);

}  // namespace shoal
