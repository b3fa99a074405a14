#pragma once
#include <functional>

#include "shoal/core/matrix.hpp"
#include "shoal/math/neighbor_search.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// The k nearest neighbours of rows.
struct Neighbors {
  Index k = 0;
  std::vector<Neighbor> found;  ///< (rows, k): nearest first, the lowest row among equals

  const Neighbor* of(Index row) const { return found.data() + row * k; }
};

/// How many rows of how many have been compared with this rank's; the same on all ranks.
using NeighborProgress = std::function<void(Index done, Index total)>;

/// The k nearest other rows of each row, by Euclidean distance in double arithmetic: exact, and the same for any number
/// of ranks.
///
/// rows: this rank's shard of RowBlocks::of(global_rows), (.., d), perhaps none (d must be right even then); 1 <= k <
/// global_rows < 2^31. Each rank gets the neighbours of its own rows. The ranks' rows visit all others block by block;
/// O(n^2 d / ranks) work, and a rank holds its rows twice and at most 1.5 k neighbours each. Collective.
///
/// Errors, on all ranks: options when k is out of range; numerics for NaN or infinite elements.
Neighbors exact_neighbors(const Communicator& comm, const Matrix& rows, Index global_rows, Index k,
                          const NeighborProgress& on_progress = {});

/// The k nearest of `rows` for each query, as above; queries (.., d) of this rank, which are not among the rows: any
/// number of them on each rank. Collective.
Neighbors neighbors_among(const Communicator& comm, const Matrix& queries, const Matrix& rows, Index global_rows,
                          Index k, const NeighborProgress& on_progress = {});

/// What searches among these rows, all finite, stand on. Collective; numerics errors on all ranks.
SearchFrame search_frame(const Communicator& comm, const Matrix& rows, Index global_rows);

/// Throws an option error on all ranks unless 1 <= k <= others and n < 2^31.
void require_neighbors(Index k, Index others, Index n);

/// Shows all rows of all ranks to a search of this rank's, in blocks that are broadcast one after the other.
/// Collective.
void visit_all_rows(const Communicator& comm, const Matrix& rows, Index global_rows, NeighborSearch& search,
                    const NeighborProgress& on_progress = {});

}  // namespace shoal
