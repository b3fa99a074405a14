#pragma once
// What PCA saves; private to the room.
#include "shoal/core/snapshot.hpp"
#include "shoal/methods/pca.hpp"

namespace shoal {

/// A finished fit, to the last bit, and back from it. Input errors where the numbers do not fit one another.
Snapshot state_of(const Pca& pca);
Pca pca_in(const Snapshot& state);

}  // namespace shoal
