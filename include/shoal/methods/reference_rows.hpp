#pragma once
#include "shoal/core/row_source.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// The box around all rows: least and largest of each column.
struct ColumnRanges {
  std::vector<double> low, high;  ///< (d)
};

/// One pass over the rows. Collective: all ranks get the same.
ColumnRanges column_ranges(const Communicator& comm, const RowSource& rows);

/// As many rows as `like` has, uniform in the box: data without clusters, as the gap statistic compares with. Row i of
/// all is a function of (seed, set, i) alone; `first_row` is the global number of the first. They are made as they are
/// read, and again when they are read again.
RowSource uniform_rows(const ColumnRanges& box, const RowSource& like, Index first_row, std::uint64_t seed, Index set);

}  // namespace shoal
