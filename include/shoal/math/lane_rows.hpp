#pragma once
#include "shoal/core/lanes.hpp"

namespace shoal {

/// Turns up to 16 rows into lanes: group[j] holds feature j of rows 0..15, lane i that of row i.
///
/// rows (count, d) row-major, count <= 16; missing rows become zeros. group (d). What is computed lane by lane has the
/// same bits for a row wherever it lies, in whatever company.
void load_lane_rows(const float* rows, Index count, Index d, Lanes* group);

}  // namespace shoal
