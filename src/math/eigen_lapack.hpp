#pragma once
// What the ways to eigenpairs share.
#include "shoal/math/eigen.hpp"

namespace shoal {

/// leading_eigenpairs by dsyevr, whatever the size.
SymmetricEigen leading_eigenpairs_by_lapack(const MatrixD& symmetric, Index k);

/// Destroys the matrix.
bool is_positive_definite(MatrixD& symmetric);

void make_largest_entry_positive(MatrixD::RowXpr vector);

}  // namespace shoal
