#include "shoal/math/blas.hpp"

#include <cblas.h>

namespace shoal {

void use_one_blas_thread() {
  if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
}

std::string blas_description() {
  return std::string(openblas_get_config()) + ", kernel " + openblas_get_corename();
}

void add_gram(const MatrixD& panel, MatrixD& gram) {
  use_one_blas_thread();
  const auto d = static_cast<blasint>(panel.cols()), m = static_cast<blasint>(panel.rows());
  cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, d, m, 1.0, panel.data(), d, 1.0, gram.data(), d);
}

}  // namespace shoal
