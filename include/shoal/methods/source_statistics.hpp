#pragma once
#include "shoal/core/row_source.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// Smallest and largest element and mean of each column over all ranks.
struct SourceStatistics {
  VectorD least, most, mean;  ///< (d)
};

/// A power of two s with largest * s in [1/2, 1), as far as that fits into a float; 1 for zero and for what is not
/// finite.
double scale_to_one(double largest);

/// Two passes over rows of any type, taken as floats: extremes, then the means, to double accuracy and with the same
/// bits for any number of ranks. rows: this rank's shard of RowBlocks::of(global_rows), global_rows >= 1. Collective;
/// all ranks get the same. A NaN or infinite element makes all ranks throw a numerics Error that names `what`, its row
/// and its column.
SourceStatistics source_statistics(const Communicator& comm, const RowSource& rows, Index global_rows,
                                   const char* what);

/// Calls body(view of at most `most_rows` rows) for all of this rank's rows in order; no view crosses a border of
/// RowBlocks, so that the cut depends on the number of rows alone. `body` must not communicate. Local.
void for_each_panel(const Communicator& comm, const RowSource& rows, Index global_rows, Index most_rows,
                    const std::function<void(const RowView&)>& body);

}  // namespace shoal
