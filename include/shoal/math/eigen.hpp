#pragma once
#include <functional>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// Eigenvalues in descending order and their unit eigenvectors, one a row.
struct SymmetricEigen {
  VectorD values;   ///< (k)
  MatrixD vectors;  ///< (k, d), orthonormal rows
};

/// The `k` largest eigenvalues of a symmetric matrix and their eigenvectors, 1 <= k <= d.
///
/// For few pairs of a large matrix (d >= 512, k <= d / 16), which must be positive semidefinite then, by block Lanczos
/// (block_lanczos.hpp), to the same accuracy; else, and where that does not converge, by LAPACK's dsyevr (relatively
/// robust representations: Dhillon, Parlett 2004, doi:10.1016/j.laa.2003.12.028), which computes only the wanted pairs.
/// `symmetric` (d, d): only its upper triangle is read. An eigenvector's sign is free; here its entry of largest
/// magnitude is positive, the first one when several are equally large (scikit-learn's convention since 1.5; older
/// versions decide by the scores instead).
///
/// Throws a numerics Error when LAPACK fails, as on NaN.
SymmetricEigen leading_eigenpairs(const MatrixD& symmetric, Index k);

/// y = a x for a symmetric a (d, d): x and y (d, w), w a multiple of 8.
using BlockProduct = std::function<void(const MatrixD& x, MatrixD& y)>;

/// Whether block Lanczos would be tried.
bool eigenpairs_are_few(Index d, Index k);

/// The same where products of blocks by the matrix are the caller's. `symmetric` with both triangles, if they are few.
SymmetricEigen leading_eigenpairs(const MatrixD& symmetric, Index k, const BlockProduct& multiply);

}  // namespace shoal
