#pragma once
#include <cstdint>

#include "shoal/core/lanes.hpp"

namespace shoal {

/// Turns up to 16 rows into lanes: group[j] holds feature j of rows 0..15, lane i that of row i.
///
/// rows (count, d) row-major, count <= 16; missing rows become zeros. group (d). What is computed lane by lane has the
/// same bits for a row wherever it lies, in whatever company.
void load_lane_rows(const float* rows, Index count, Index d, Lanes* group);

/// The same for 16 rows that lie anywhere, of floats or of bytes, which become floats on the way.
void load_lane_rows(const float* const (&rows)[lane_count], Index d, Lanes* group);
void load_lane_rows(const std::uint8_t* const (&rows)[lane_count], Index d, Lanes* group);

/// The same for d <= 8 features, where 8 floats may be read from each row's beginning.
void load_narrow_rows(const float* const (&rows)[lane_count], Index d, Lanes* group);

}  // namespace shoal
