#pragma once
#include "shoal/methods/kmeans.hpp"
#include "shoal/methods/kmeans_lloyd.hpp"

namespace shoal {

// The beginning and the end that k-means by all rows and by batches share.

/// Option errors, on all ranks, for what cannot be done with n rows of d features.
void require_kmeans_options(const KMeansOptions& options, Index n, Index d);

/// The centres of start number `start`, (k, d). Collective.
MatrixD start_centers(const Communicator& comm, const KMeansRows& rows, const KMeansOptions& options, Index start);

/// Labels, distances, sizes and inertia of result.centers, of which `lloyd` made the last assignment. Collective.
void take_labels(const Communicator& comm, const KMeansRows& rows, const Lloyd& lloyd, KMeansResult& result);

/// result.second_distances. Collective.
void take_second_distances(const Communicator& comm, const KMeansRows& rows, KMeansResult& result);

}  // namespace shoal
