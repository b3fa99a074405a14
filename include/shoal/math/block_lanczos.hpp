#pragma once
#include <optional>

#include "shoal/math/eigen.hpp"

namespace shoal {

/// The `k` largest eigenpairs of a positive semidefinite matrix, where they are few, by block Lanczos with full
/// reorthogonalisation (Golub, Underwood 1977, doi:10.1016/B978-0-12-587260-7.50018-2): the matrix is multiplied by
/// some ten blocks of k + 8 vectors, where a reduction to tridiagonal form has to go through it d times.
///
/// Blocks wider than k find eigenvalues as often as they occur. Nothing is returned unless every pair's residual
/// |A v - lambda v| is below 4 d eps lambda_1, as good as LAPACK's: after d / 3 basis vectors, or where the basis
/// breaks down, the caller must go another way. `symmetric` (d, d): only its upper triangle is read. Signs as in
/// leading_eigenpairs. The start is fixed: the same matrix gives the same bits, on one BLAS kernel.
std::optional<SymmetricEigen> leading_by_block_lanczos(const MatrixD& symmetric, Index k);

}  // namespace shoal
