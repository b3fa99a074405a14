#pragma once
#include <cstdint>

#include "shoal/methods/kmeans_rows.hpp"

namespace shoal {

/// Start centres by greedy k-means++: the first is a row at random; each next one is the best, by the inertia it would
/// leave, of 2 + floor(log k) rows drawn with probability proportional to w D^2, D the distance to the nearest centre
/// so far (scikit-learn's variant). Where all rows lie on centres already, a row at random. Arthur, Vassilvitskii 2007,
/// dl.acm.org/doi/10.5555/1283383.1283494.
///
/// 1 <= k <= n. Exact: all distances that matter are computed; ByteRows tells which cannot. The draws are functions of
/// (seed, start) and the sums over w D^2 of the fixed blocks: all ranks get the same (k, d) for any number of ranks.
/// O(n k log k d / ranks) work; memory for a byte an element. Collective.
MatrixD kmeans_plus_plus(const Communicator& comm, const KMeansRows& rows, Index k, std::uint64_t seed,
                         std::uint64_t start);

/// Start centres by k-means||: in 5 rounds every row is taken with probability min(1, 2 k w D^2 / sum w D^2) on its
/// own; of what was taken, each weighted by the rows nearest to it, kmeans_plus_plus chooses k. A pass over the rows
/// for each round instead of one for each centre. Bahmani, Moseley, Vattani, Kumar, Vassilvitskii 2012,
/// doi:10.14778/2180912.2180915.
///
/// As kmeans_plus_plus otherwise; the draw of a row is a function of (seed, start, round, row). O(10 n k d / ranks).
MatrixD kmeans_parallel(const Communicator& comm, const KMeansRows& rows, Index k, std::uint64_t seed,
                        std::uint64_t start);

/// k different rows at random, all equally likely whatever their weights. Collective.
MatrixD random_rows(const Communicator& comm, const KMeansRows& rows, Index k, std::uint64_t seed, std::uint64_t start);

}  // namespace shoal
