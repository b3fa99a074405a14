#pragma once
#include "shoal/math/sparse_rows.hpp"
#include "shoal/methods/neighbors.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// Throws an option error on all ranks unless 1 < perplexity < n / 3.
void require_perplexity(double perplexity, Index n);

/// How many neighbours affinities of this perplexity look at: min(n - 1, 3 perplexity), as van der Maaten 2014 does.
Index neighbors_for(double perplexity, Index n);

/// The joint affinities of t-SNE, p_ij = (p_j|i + p_i|j) / (2 n), of sum 1 over all ranks: conditional ones by
/// perplexity among the given neighbours (math/perplexity.hpp), symmetrised across ranks. van der Maaten 2014,
/// "Accelerating t-SNE using tree-based algorithms", JMLR 15.
///
/// neighbors: of this rank's shard of RowBlocks::of(global_rows). Each rank gets its own rows: 8 bytes an entry, at
/// most 2 k and for most data about 1.5 k of them a row. The same bits for any number of ranks. Collective.
SparseRows joint_affinities(const Communicator& comm, const Neighbors& neighbors, Index global_rows, double perplexity);

}  // namespace shoal
