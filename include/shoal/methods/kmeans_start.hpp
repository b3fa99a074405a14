#pragma once
#include <cstdint>

#include "shoal/methods/kmeans_rows.hpp"

namespace shoal {

/// Start centres by greedy k-means++: the first is a row at random; each next one is the best, by the inertia it would
/// leave, of 2 + floor(log k) rows drawn with probability proportional to D^2, the squared distance to the nearest
/// centre so far (scikit-learn's variant). Where all rows lie on centres already, a row at random.
/// Arthur, Vassilvitskii 2007, dl.acm.org/doi/10.5555/1283383.1283494.
///
/// 1 <= k <= n. The draws are functions of (seed,
/// start) and the sums over D^2 of the fixed blocks: all ranks get the same (k, d) for any number of ranks.
/// O(n k log k d / ranks) work, memory for 3 + floor(log k) floats a row. Collective.
MatrixD kmeans_plus_plus(const Communicator& comm, const KMeansRows& rows, Index k, std::uint64_t seed,
                         std::uint64_t start);

}  // namespace shoal
