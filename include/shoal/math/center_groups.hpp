#pragma once
#include <cstdint>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// Cuts k centres (k, d) into `groups` groups of neighbours, equally large but for one tile's rounding: again and again
/// in two, across the line between two far centres. O(k d log groups).
std::vector<std::vector<std::int32_t>> neighbour_groups(const MatrixD& centers, Index groups);

}  // namespace shoal
