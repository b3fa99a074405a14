#include "shoal/math/block_lanczos.hpp"

#include <cblas.h>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <cmath>
#include <limits>

#include "eigen_lapack.hpp"
#include "shoal/core/random.hpp"
#include "shoal/math/blas.hpp"

namespace shoal {
namespace {

using Columns = Eigen::MatrixXd;  // column-major: vectors are columns

constexpr Index narrow = 8;
constexpr Index provable = 2048;  // Cholesky's d^3 / 3 operations are some 50 ms
constexpr double eps = std::numeric_limits<double>::epsilon();

blasint length(Index n) {
  return static_cast<blasint>(n);
}

Columns random_columns(Index d, Index count) {
  Columns columns(d, count);
  Random random(0, Stream::eigenvectors);
  for (Index i = 0; i < columns.size(); ++i) columns.data()[i] = random.uniform() - 0.5;
  return columns;
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

/// Makes the columns nearly orthonormal, and orthonormal when it is done again: by their Gram matrix's Cholesky factor,
/// and where they are nearly dependent, by reflections, which put any directions in the place of those that lack.
void make_orthonormal(Columns& columns) {
  const blasint d = length(columns.rows()), count = length(columns.cols());
  Columns gram = Columns::Zero(columns.cols(), columns.cols());
  cblas_dsyrk(CblasColMajor, CblasLower, CblasTrans, count, d, 1.0, columns.data(), d, 0.0, gram.data(), count);
  const Eigen::LLT<Columns> factor(gram);
  const Columns lower = factor.matrixL();
  const auto diagonal = lower.diagonal().array();
  if (factor.info() != Eigen::Success || !(diagonal.minCoeff() > 1e-7 * diagonal.maxCoeff())) {
    const Eigen::HouseholderQR<Columns> qr(columns);
    columns = qr.householderQ() * Columns::Identity(columns.rows(), columns.cols());
    return;
  }
  cblas_dtrsm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, d, count, 1.0, lower.data(), count,
              columns.data(), d);
}

/// Whether no eigenvalue but the found ones lies above the least of them: sigma I - (A - V L V^T) is positive definite.
bool nothing_is_missing(const MatrixD& symmetric, const SymmetricEigen& found, double tolerance) {
  const Index d = symmetric.rows(), k = found.values.size();
  MatrixD left = -symmetric, scaled = found.vectors;
  for (Index i = 0; i < k; ++i) scaled.row(i) *= std::sqrt(std::max(0.0, found.values[i]));
  // Row-major (k, d) is column-major (d, k).
  cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, length(d), length(k), 1.0, scaled.data(), length(d), 1.0,
              left.data(), length(d));
  left.diagonal().array() += found.values[k - 1] + tolerance;
  return is_positive_definite(left);
}

/// How the residual falls with the basis, to look at it seldom: a small eigenproblem each time.
class Prospect {
 public:
  Prospect(Index first, Index step) : next_(first), step_(step) {}
  bool is_due(Index m) const { return m >= next_; }

  /// The residual at m, relative to what would be enough. False when `most` basis vectors would not do.
  bool look(Index m, double relative, Index most) {
    const double rate = before_ > 0 ? std::log(before_ / relative) / static_cast<double>(m - at_) : 0;
    const double needed = rate > 0 ? std::log(relative) / rate : static_cast<double>(3 * step_);
    if (before_ > 0 && (rate <= 0 || static_cast<double>(m) + needed / 2 > static_cast<double>(most))) return false;
    before_ = relative;
    at_ = m;
    // It falls faster and faster: three quarters of the way.
    next_ = m + std::max(step_, static_cast<Index>(0.75 * needed));
    return true;
  }

 private:
  Index next_, step_, at_ = 0;
  double before_ = 0;
};

class BlockLanczos {
 public:
  BlockLanczos(const MatrixD& symmetric, Index k, const BlockProduct& multiply)
      : symmetric_(symmetric),
        k_(k),
        d_(symmetric.rows()),
        width_(d_ < provable ? narrow : (k + 2 * narrow - 1) / narrow * narrow),
        most_(d_ / 3 / width_ * width_),
        multiply_(multiply) {}

  std::optional<SymmetricEigen> run() {
    if (most_ < k_ + 2 * width_) return {};
    start();
    Prospect prospect(2 * k_ + 2 * width_, 2 * width_);
    for (;;) {
      multiply_last_block();
      const bool last = size_ == most_;
      if (last || prospect.is_due(size_)) {
        const Look found = look();
        if (found.is_enough()) return proven(found);
        if (last || !prospect.look(size_, found.residual / found.enough, most_)) return {};
      }
      if (rest_.isZero(0)) return {};
      add_block();
    }
  }

 private:
  struct Look {
    SymmetricEigen ritz;  // of the projected matrix
    double residual, enough;
    bool is_enough() const { return residual <= enough && enough > 0; }
  };

  void start() {
    rest_ = random_columns(d_, width_);
    make_orthonormal(rest_);
    make_orthonormal(rest_);
    basis_.resize(d_, most_);
    basis_.leftCols(width_) = rest_;
    projected_ = MatrixD::Zero(most_, most_);
    size_ = width_;
  }

  // What the matrix makes of the last block, less what lies along the basis.
  void multiply_last_block() {
    const MatrixD block = basis_.middleCols(size_ - width_, width_);
    MatrixD product(d_, width_);
    multiply_(block, product);
    rest_ = product;
    projected_.block(0, size_ - width_, size_, width_) = project_out(basis_, size_, rest_);
    project_out(basis_, size_, rest_);
  }

  Look look() const {
    Look found{leading_eigenpairs_by_lapack(projected_.topLeftCorner(size_, size_), k_), 0, 0};
    found.enough = 4 * static_cast<double>(d_) * eps * found.ritz.values[0];
    found.residual = (found.ritz.vectors.rightCols(width_) * rest_.transpose()).rowwise().norm().maxCoeff();
    return found;
  }

  std::optional<SymmetricEigen> proven(const Look& look) const {
    SymmetricEigen found{look.ritz.values, look.ritz.vectors * basis_.leftCols(size_).transpose()};
    for (Index i = 0; i < k_; ++i) {
      found.vectors.row(i).normalize();
      make_largest_entry_positive(found.vectors.row(i));
    }
    if (width_ <= k_ && !nothing_is_missing(symmetric_, found, look.enough)) return {};
    return found;
  }

  void add_block() {
    make_orthonormal(rest_);
    // Once more, because a small remainder's direction is mostly rounding.
    project_out(basis_, size_, rest_);
    make_orthonormal(rest_);
    basis_.middleCols(size_, width_) = rest_;
    size_ += width_;
  }

  const MatrixD& symmetric_;
  Index k_, d_, width_, most_;
  const BlockProduct& multiply_;
  Columns basis_;      // (d, most), the first size_ of them
  Columns rest_;       // (d, width)
  MatrixD projected_;  // the upper triangle of basis^T matrix basis
  Index size_ = 0;
};

}  // namespace

std::optional<SymmetricEigen> leading_by_block_lanczos(const MatrixD& symmetric, Index k,
                                                       const BlockProduct& multiply) {
  use_one_blas_thread();
  return BlockLanczos(symmetric, k, multiply).run();
}

}  // namespace shoal
