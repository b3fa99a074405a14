#pragma once
#include "shoal/core/matrix.hpp"

namespace shoal {

/// Eigenvalues in descending order and their unit eigenvectors, one a row.
struct SymmetricEigen {
  VectorD values;   ///< (k)
  MatrixD vectors;  ///< (k, d), orthonormal rows
};

/// The `k` largest eigenvalues of a symmetric matrix and their eigenvectors, 1 <= k <= d.
///
/// For few pairs of a large matrix (d >= 1024, k <= d / 32), which must be positive semidefinite then, by block Lanczos
/// (block_lanczos.hpp), to the same accuracy; else, and where that does not converge, by LAPACK's dsyevr (relatively
/// robust representations: Dhillon, Parlett 2004, doi:10.1016/j.laa.2003.12.028), which computes only the wanted pairs.
/// `symmetric` (d, d): only its upper triangle is read. An eigenvector's sign is free; here its entry of largest
/// magnitude is positive, the first one when several are equally large (scikit-learn's convention since 1.5; older
/// versions decide by the scores instead).
///
/// Throws a numerics Error when LAPACK fails, as on NaN.
SymmetricEigen leading_eigenpairs(const MatrixD& symmetric, Index k);

}  // namespace shoal
