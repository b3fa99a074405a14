#pragma once
#include "shoal/methods/kmeans_rows.hpp"
#include "shoal/methods/minibatch_kmeans.hpp"

namespace shoal {

/// The start centres that mini-batches go on from: the best of n_init starts by its inertia on a sample of 3 max(b, k)
/// rows, or those that are given. Collective; errors of reading. Tells `result` of the inertias, and which was best.
MatrixD best_start(const Communicator& comm, const KMeansRows& rows, const KMeansOptions& options,
                   const MiniBatchOptions& batches, KMeansResult& result);

}  // namespace shoal
