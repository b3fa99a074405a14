#pragma once
#include "shoal/math/eigen.hpp"

namespace shoal {

/// R of rows = Q R by Householder reflections, without Q: (d, d), upper triangular, from (m, d), any m >= 0.
/// R^T R = rows^T rows, but R keeps the digits that the products lose: singular values down to eps of the largest.
MatrixD triangular_factor(const MatrixD& rows);

/// All singular values, descending, and right singular vectors, one a row, of a square matrix (d, d). Signs as in
/// leading_eigenpairs.
SymmetricEigen right_singular_vectors(const MatrixD& square);

/// An orthonormal basis, (d, l), of what the columns span; l <= d. Householder QR.
MatrixD orthonormal_columns(const MatrixD& columns);

/// image += panel^T (panel basis): panel (m, d), basis and image (d, l). By BLAS: callers that promise the same bits
/// always use the same m and fill missing rows with zeros.
void add_image(const MatrixD& panel, const MatrixD& basis, MatrixD& image);

}  // namespace shoal
