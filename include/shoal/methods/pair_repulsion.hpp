#pragma once
#include "shoal/math/repulsion.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// The repulsion at this rank's shard of RowBlocks by all `points` (the same on all ranks), pair by pair: each pair of
/// points is looked at once, by one of the ranks (MutualRepulsion), and the sums of whole numbers meet in one exchange
/// of 24 n bytes. The same bits for any number of ranks. O(n^2 / ranks). Collective.
Repulsion pair_repulsion(const Communicator& comm, const Points& points);

}  // namespace shoal
