#pragma once
// What k-means saves of a result, finished or under way; private to the room.
#include "shoal/core/snapshot.hpp"
#include "shoal/methods/kmeans.hpp"

namespace shoal {

/// All but what can be computed again from the centres: labels, distances, sizes and inertia.
Snapshot state_of(const KMeansResult& result);

/// Back from it; centres are (k, d). Input errors where they are not.
KMeansResult result_in(const Snapshot& state, Index k, Index d);

void put(Snapshot& state, const std::string& name, const MatrixD& matrix);

/// A matrix (rows, cols). Input errors where it is of another size.
MatrixD matrix_in(const Snapshot& state, const std::string& name, Index rows, Index cols);

}  // namespace shoal
