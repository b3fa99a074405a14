#include "shoal/math/eigen.hpp"

#include <string>
#include <vector>

#include "eigen_lapack.hpp"
#include "shoal/core/error.hpp"
#include "shoal/math/blas.hpp"
#include "shoal/math/block_lanczos.hpp"
#include "shoal/math/symmetric_rows.hpp"

// Fortran's interface; OpenBLAS carries LAPACK but its headers do not declare it.
extern "C" void dsyevr_(const char* jobz, const char* range, const char* uplo, const int* n, double* a, const int* lda,
                        const double* vl, const double* vu, const int* il, const int* iu, const double* abstol, int* m,
                        double* w, double* z, const int* ldz, int* isuppz, double* work, const int* lwork, int* iwork,
                        const int* liwork, int* info);

extern "C" void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);

namespace shoal {

bool is_positive_definite(MatrixD& symmetric) {
  const int d = static_cast<int>(symmetric.rows());
  int info = 0;
  dpotrf_("L", &d, symmetric.data(), &d, &info);
  return info == 0;
}

void make_largest_entry_positive(MatrixD::RowXpr vector) {
  Index largest = 0;
  for (Index j = 1; j < vector.size(); ++j)
    if (std::abs(vector[j]) > std::abs(vector[largest])) largest = j;
  if (vector[largest] < 0) vector = -vector;
}

bool eigenpairs_are_few(Index d, Index k) {
  return d >= 512 && k <= d / 16;  // where LAPACK takes longer (measured)
}

SymmetricEigen leading_eigenpairs(const MatrixD& symmetric, Index k) {
  if (!eigenpairs_are_few(symmetric.rows(), k)) return leading_eigenpairs(symmetric, k, {});
  MatrixD both = symmetric;
  mirror_upper_triangle(both);
  return leading_eigenpairs(both, k,
                            [&](const MatrixD& x, MatrixD& y) { multiply_rows(both, 0, both.rows(), x, y.data()); });
}

SymmetricEigen leading_eigenpairs(const MatrixD& symmetric, Index k, const BlockProduct& multiply) {
  use_one_blas_thread();
  if (!symmetric.allFinite())
    throw numerics_error("The matrix whose eigenvectors are wanted holds NaN or infinite values.",
                         "Look for such values in the data.");
  if (eigenpairs_are_few(symmetric.rows(), k))
    if (auto found = leading_by_block_lanczos(symmetric, k, multiply)) return *std::move(found);
  return leading_eigenpairs_by_lapack(symmetric, k);
}

SymmetricEigen leading_eigenpairs_by_lapack(const MatrixD& symmetric, Index k) {
  const int d = static_cast<int>(symmetric.rows()), first = d - static_cast<int>(k) + 1;
  const char* range = k < d ? "I" : "A";
  MatrixD a = symmetric;  // destroyed by dsyevr
  VectorD ascending(d);
  MatrixD vectors(k, d);  // row-major (k, d) is Fortran's column-major (d, k)
  std::vector<int> support(2 * static_cast<std::size_t>(k));
  const double none = 0;
  int found = 0, info = 0;
  const auto call = [&](double* work, int lwork, int* iwork, int liwork) {
    // "L" of the column-major view is the upper triangle of the row-major matrix.
    dsyevr_("V", range, "L", &d, a.data(), &d, &none, &none, &first, &d, &none, &found, ascending.data(),
            vectors.data(), &d, support.data(), work, &lwork, iwork, &liwork, &info);
  };
  double work_size = 0;
  int iwork_size = 0;
  call(&work_size, -1, &iwork_size, -1);
  std::vector<double> work(static_cast<std::size_t>(work_size));
  std::vector<int> iwork(static_cast<std::size_t>(iwork_size));
  call(work.data(), static_cast<int>(work.size()), iwork.data(), iwork_size);
  if (info != 0 || found != k)
    throw numerics_error("LAPACK's dsyevr found " + std::to_string(found) + " of " + std::to_string(k) +
                         " eigenvectors of a " + std::to_string(d) + " x " + std::to_string(d) + " matrix (info " +
                         std::to_string(info) + ").");
  SymmetricEigen result{VectorD(k), MatrixD(k, d)};
  for (Index i = 0; i < k; ++i) {
    result.values[i] = ascending[k - 1 - i];
    result.vectors.row(i) = vectors.row(k - 1 - i);
    make_largest_entry_positive(result.vectors.row(i));
  }
  return result;
}

}  // namespace shoal
