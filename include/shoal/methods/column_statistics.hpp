#pragma once
#include "shoal/core/matrix.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// The largest |x| over all elements of all ranks; 0 without any. Collective.
/// A NaN or infinite element makes all ranks throw a numerics Error that names `what`, its row and its column.
double largest_magnitude(const Communicator& comm, const Matrix& rows, Index global_rows, const char* what);

/// sum_i x_ij / n of each column, to double accuracy and with the same bits for any number of ranks.
/// rows: this rank's shard of RowBlocks::of(global_rows), (.., d); `magnitude`: their largest_magnitude. All ranks get
/// the (d) means; zeros when there are no rows. Collective.
VectorD column_means(const Communicator& comm, const Matrix& rows, Index global_rows, double magnitude);

/// sum_i (x_ij - mean_j)^2 / n of each column, as column_means. Collective.
VectorD column_variances(const Communicator& comm, const Matrix& rows, Index global_rows, double magnitude,
                         const VectorD& means);

}  // namespace shoal
