#include "shoal/math/subspace.hpp"

#include <cblas.h>

#include <Eigen/QR>
#include <Eigen/SVD>

#include "eigen_lapack.hpp"
#include "shoal/math/blas.hpp"

namespace shoal {

MatrixD triangular_factor(const MatrixD& rows) {
  const Index d = rows.cols(), m = std::min(rows.rows(), d);
  MatrixD r = MatrixD::Zero(d, d);
  if (m == 0) return r;
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(rows);
  r.topRows(m) = qr.matrixQR().topRows(m);
  for (Index i = 1; i < d; ++i) r.row(i).head(i).setZero();
  return r;
}

SymmetricEigen right_singular_vectors(const MatrixD& square) {
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(square, Eigen::ComputeThinU | Eigen::ComputeThinV);
  SymmetricEigen result{svd.singularValues(), svd.matrixV().transpose()};
  for (Index i = 0; i < result.vectors.rows(); ++i) make_largest_entry_positive(result.vectors.row(i));
  return result;
}

MatrixD orthonormal_columns(const MatrixD& columns) {
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(columns);
  return qr.householderQ() * Eigen::MatrixXd::Identity(columns.rows(), columns.cols());
}

void add_image(const MatrixD& panel, const MatrixD& basis, MatrixD& image) {
  use_one_blas_thread();
  const auto m = static_cast<blasint>(panel.rows()), d = static_cast<blasint>(panel.cols()),
             l = static_cast<blasint>(basis.cols());
  MatrixD scores(panel.rows(), basis.cols());
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, l, d, 1.0, panel.data(), d, basis.data(), l, 0.0,
              scores.data(), l);
  cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, d, l, m, 1.0, panel.data(), d, scores.data(), l, 1.0,
              image.data(), l);
}

}  // namespace shoal
