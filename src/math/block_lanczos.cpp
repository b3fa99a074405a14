#include "shoal/math/block_lanczos.hpp"

#include <cblas.h>

#include <Eigen/QR>
#include <limits>

#include "eigen_lapack.hpp"
#include "shoal/core/random.hpp"
#include "shoal/math/blas.hpp"

namespace shoal {
namespace {

using Columns = Eigen::MatrixXd;  // column-major: vectors are columns

constexpr Index more_columns = 8;

blasint length(Index n) {
  return static_cast<blasint>(n);
}

Columns random_columns(Index d, Index count) {
  Columns columns(d, count);
  Random random(0, Stream::eigenvectors);
  for (Index i = 0; i < columns.size(); ++i) columns.data()[i] = random.normal();
  return columns;
}

Columns times(const MatrixD& symmetric, const double* columns, Index count) {
  const blasint d = length(symmetric.rows());
  Columns product(symmetric.rows(), count);
  // The lower triangle of the column-major view is the upper one of the row-major matrix.
  cblas_dsymm(CblasColMajor, CblasLeft, CblasLower, d, length(count), 1.0, symmetric.data(), d, columns, d, 0.0,
              product.data(), d);
  return product;
}

/// Takes the part along the first `m` columns of `basis` out of `columns`; returns it, (m, count).
Columns project_out(const Columns& basis, Index m, Columns& columns) {
  const blasint d = length(basis.rows()), count = length(columns.cols()), size = length(m);
  Columns part(m, columns.cols());
  cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, size, count, d, 1.0, basis.data(), d, columns.data(), d, 0.0,
              part.data(), size);
  cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, d, count, size, -1.0, basis.data(), d, part.data(), size, 1.0,
              columns.data(), d);
  return part;
}

/// Makes the columns orthonormal; returns R of columns = Q R.
Columns make_orthonormal(Columns& columns) {
  const Eigen::HouseholderQR<Columns> qr(columns);
  const Columns r = qr.matrixQR().topRows(columns.cols()).triangularView<Eigen::Upper>();
  columns = qr.householderQ() * Columns::Identity(columns.rows(), columns.cols());
  return r;
}

}  // namespace

std::optional<SymmetricEigen> leading_by_block_lanczos(const MatrixD& symmetric, Index k) {
  use_one_blas_thread();
  const Index d = symmetric.rows(), width = k + more_columns, most = d / 3 / width * width;
  constexpr double eps = std::numeric_limits<double>::epsilon();
  if (most < 3 * width) return {};
  Columns basis(d, most + width), next = random_columns(d, width);
  make_orthonormal(next);
  basis.leftCols(width) = next;
  MatrixD projected = MatrixD::Zero(most, most);
  for (Index m = width; m <= most; m += width) {
    next = times(symmetric, basis.data() + (m - width) * d, width);
    const Columns part = project_out(basis, m, next);
    project_out(basis, m, next);
    projected.block(0, m - width, m, width) = part;
    Columns rest = make_orthonormal(next);
    // Twice, because a small remainder's direction is mostly rounding.
    project_out(basis, m, next);
    rest = make_orthonormal(next) * rest;
    if (m >= 4 * width || m == most) {
      const SymmetricEigen ritz = leading_eigenpairs_by_lapack(projected.topLeftCorner(m, m), k);
      const double enough = 4 * static_cast<double>(d) * eps * ritz.values[0];
      if (!(enough > 0)) return {};
      const double residual = (ritz.vectors.rightCols(width) * rest.transpose()).rowwise().norm().maxCoeff();
      if (residual <= enough) {
        SymmetricEigen found{ritz.values, ritz.vectors * basis.leftCols(m).transpose()};
        for (Index i = 0; i < k; ++i) {
          found.vectors.row(i).normalize();
          make_largest_entry_positive(found.vectors.row(i));
        }
        return found;
      }
    }
    if (!(rest.diagonal().cwiseAbs().minCoeff() > 0)) return {};
    basis.middleCols(m, width) = next;
  }
  return {};
}

}  // namespace shoal
