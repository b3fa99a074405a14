#pragma once
#include <cstdint>
#include <span>

#include "shoal/core/row_source.hpp"
#include "shoal/math/cluster_indices.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// Means and spread of the clusters that `labels` (0 .. k-1) make of the rows, for the indices of
/// math/cluster_indices.hpp. The means are those of the rows, whatever centres the labels came from.
///
/// rows: this rank's shard of RowBlocks::of(global_rows), (.., d), finite; labels: of these rows. Three passes over the
/// rows. Exact sums over fixed blocks: all ranks get the same, the same bits for any number of ranks. Collective.
ClusterSpread cluster_spread(const Communicator& comm, const RowSource& rows, std::span<const std::int32_t> labels,
                             Index global_rows, Index k);

}  // namespace shoal
