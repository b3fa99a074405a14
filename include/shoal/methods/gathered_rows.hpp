#pragma once
#include <vector>

#include "shoal/methods/kmeans_rows.hpp"

namespace shoal {

/// Rows for all ranks: rows[i] becomes row places[i] of the result (count, d), each place given by exactly one rank.
/// `rows` are numbers of my own rows. Collective; errors of reading on all ranks.
Matrix gather_rows(const Communicator& comm, const RowSource& source, const std::vector<Index>& rows,
                   const std::vector<Index>& places, Index count);

/// The rows with these global numbers, as floats, on all ranks. Collective.
Matrix gather_rows(const Communicator& comm, const KMeansRows& rows, const std::vector<Index>& global);

}  // namespace shoal
