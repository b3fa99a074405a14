#include <algorithm>
#include <limits>
#include <span>

#include "pca_solvers.hpp"
#include "shoal/methods/shared_eigen.hpp"

namespace shoal {
namespace {

/// The fewest leading values whose sum is at least `fraction` of `total`.
Index components_that_explain(const VectorD& values, double fraction, double total) {
  double sum = 0;
  for (Index k = 0; k < values.size(); ++k) {
    sum += values[k];
    if (sum >= fraction * total) return k + 1;
  }
  return values.size();  // rounding kept the sum below 1 of the total
}

}  // namespace

void give_to_all(const Communicator& comm, MatrixD& m) {
  std::array<std::int64_t, 2> size{m.rows(), m.cols()};
  comm.broadcast(size);
  m.resize(size[0], size[1]);
  comm.broadcast(std::span<double>(m.data(), static_cast<std::size_t>(m.size())));
}

void keep_wanted(Spectrum& spectrum, const PcaOptions& options) {
  const double noise =
      spectrum.values[0] * static_cast<double>(spectrum.mean.size()) * std::numeric_limits<double>::epsilon();
  for (double& value : spectrum.values) value = value > noise ? value : 0;
  const Index k = options.variance_fraction > 0
                      ? components_that_explain(spectrum.values, options.variance_fraction, spectrum.total_variance)
                      : options.components;
  spectrum.values = spectrum.values.head(k).eval();
  spectrum.vectors = spectrum.vectors.topRows(k).eval();
}

Spectrum spectrum_by_covariance(const Communicator& comm, const RowSource& rows, Index global_rows,
                                const PcaOptions& options, ProductSums sums, std::string& how) {
  Covariance fitted = covariance_of(comm, rows, global_rows, "PCA", sums);
  how = fitted.how;
  Spectrum result;
  result.total_variance = fitted.matrix.trace();
  const Index d = rows.width;
  const Index k = options.variance_fraction > 0 ? std::min(global_rows, d) : options.components;
  SymmetricEigen found = shared_eigenpairs(comm, fitted.matrix, k);
  result.mean = std::move(fitted.mean);
  result.values = std::move(found.values);
  result.vectors = std::move(found.vectors);
  return result;
}

}  // namespace shoal
