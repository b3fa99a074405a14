#pragma once
// What covariance.cpp is made of: provisional shifts and scales of columns, and the sum of a triangle over ranks.
#include <span>

#include "shoal/core/row_source.hpp"
#include "shoal/math/float_gram.hpp"
#include "shoal/methods/source_statistics.hpp"

namespace shoal {

/// What a column's largest |y| must be above in a pass with provisional scales. Sums of products are rounded to a
/// quantum that does not know the column (2^-29 for 60,000 rows), and keep nearly six digits of a square of this. The
/// faintest grey of 255 is above it where the brightest is at 8.
constexpr double least_magnitude = 0.025;

/// y = (x - shift) scale of each column; shifts are floats, scales powers of two.
struct Provisional {
  VectorD shift, scale;  // (d)
  bool first_block_only = false;
};

/// Powers of two s_j with |x - middle_j| s_j <= 1 for all x in [least_j, most_j]; 1 for constant columns.
VectorD scales_of(const VectorD& least, const VectorD& most, const VectorD& middle);

/// By the first block of the rows, which the root holds. Collective. Elements may be anything, NaN too.
Provisional provisional_of_first_block(const Communicator& comm, const RowSource& rows, Index global_rows);

/// By all rows: nothing is left to chance.
Provisional provisional_of(const SourceStatistics& statistics);

ColumnMap column_map(const Provisional& provisional);

/// Adds up, over ranks, the upper triangle of the first width * width numbers, row-major, and the `width` numbers
/// behind them. What lies below the diagonal is lost. The terms must be free of order. Collective.
void sum_upper_triangle(const Communicator& comm, std::span<double> sums, Index width);

}  // namespace shoal
