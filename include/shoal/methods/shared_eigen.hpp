#pragma once
#include "shoal/math/eigen.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// leading_eigenpairs of a matrix that all ranks hold: found by the root and given to all, since another machine's
/// processor may round otherwise. Where they are few, the products by the matrix, which wait for memory, are shared:
/// each rank multiplies its share of the rows, with the same bits for any number of ranks. `symmetric`: its upper
/// triangle is read, and copied into the lower one. Collective. Errors, on all ranks: those of leading_eigenpairs.
SymmetricEigen shared_eigenpairs(const Communicator& comm, MatrixD& symmetric, Index k);

}  // namespace shoal
