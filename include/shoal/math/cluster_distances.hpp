#pragma once
#include <cstdint>

#include "shoal/core/lanes.hpp"

namespace shoal {

/// 16 doubles, one a lane.
using LaneDoubles = double __attribute__((vector_size(128)));

/// sums[c] += sum over the rows y_j with label c of |x_i - y_j|, for 16 rows x_i side by side.
///
/// group (d) of load_lane_rows; others (count, d) row-major; labels (count), 0 .. k-1; sums (k). Distances in float,
/// their sums in double, in the order of the rows: a row's bits depend on the rows and their order, not on the pieces
/// in which they are given, where these begin at multiples of 4.
void add_cluster_distances(const Lanes* group, const float* others, const std::int32_t* labels, Index count, Index d,
                           LaneDoubles* sums);

}  // namespace shoal
