#pragma once
#include <optional>

#include "shoal/math/eigen.hpp"

namespace shoal {

/// The `k` largest eigenpairs of a positive semidefinite matrix, where they are few, by block Lanczos with full
/// reorthogonalisation (Golub, Underwood 1977, doi:10.1016/B978-0-12-587260-7.50018-2): the matrix is multiplied by
/// some twenty narrow blocks of vectors, where a reduction to tridiagonal form has to go through it d times.
///
/// Nothing is returned unless every pair's residual |A v - lambda v| is below 4 d eps lambda_1, as good as LAPACK's.
/// Blocks narrower than k could miss an eigenvalue that occurs often; that none above the last one found is missing is
/// then shown by a Cholesky factorisation of what is left of the matrix. For large d, where that would take longest,
/// blocks are wider than k. After d / 3 basis vectors, or as soon as it is clear that these will not be enough, the
/// caller must go another way.
///
/// `symmetric` (d, d), with both triangles; `multiply` by it. Signs as in leading_eigenpairs. The start is fixed: the
/// same matrix gives the same bits, on one BLAS kernel. Errors: those of `multiply`.
std::optional<SymmetricEigen> leading_by_block_lanczos(const MatrixD& symmetric, Index k, const BlockProduct& multiply);

}  // namespace shoal
