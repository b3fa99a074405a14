#include "shoal/methods/pca.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/math/affine_rows.hpp"
#include "shoal/math/eigen.hpp"
#include "shoal/methods/covariance.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

void check(const PcaOptions& options, Index n, Index d) {
  const auto size = format_count(n) + " rows with " + format_count(d) + " features";
  if (n < 1 || d < 1) throw option_error("PCA needs data; there are " + size + ".").set_on_all_ranks();
  if (!(options.variance_fraction >= 0 && options.variance_fraction <= 1))
    throw option_error("PCA: the fraction of variance is " + format_number(options.variance_fraction) + ".",
                       "Give a number above 0 and at most 1, or 0 to choose the number of components.")
        .set_on_all_ranks();
  if (options.variance_fraction > 0) return;
  if (options.components < 1 || options.components > std::min(n, d))
    throw option_error("PCA: " + format_count(options.components) + " components are wanted of " + size + ".",
                       "Choose between 1 and " + format_count(std::min(n, d)) + ".")
        .set_on_all_ranks();
}

/// The fewest leading values whose sum is at least `fraction` of `total`.
Index components_that_explain(const VectorD& values, double fraction, double total) {
  double sum = 0;
  for (Index k = 0; k < values.size(); ++k) {
    sum += values[k];
    if (sum >= fraction * total) return k + 1;
  }
  return values.size();  // rounding kept the sum below 1 of the total
}

/// The eigenpairs, found by the root and given to all: its processor may round otherwise than another machine's.
/// Collective.
SymmetricEigen leading_eigenpairs_of_root(const Communicator& comm, const MatrixD& covariance, Index most,
                                          const PcaOptions& options) {
  const Index d = covariance.rows();
  SymmetricEigen eigen = agree(comm, [&] {
    if (!comm.is_root()) return SymmetricEigen{};
    const bool by_fraction = options.variance_fraction > 0;
    SymmetricEigen found = leading_eigenpairs(covariance, by_fraction ? most : options.components);
    const double noise = found.values[0] * static_cast<double>(d) * std::numeric_limits<double>::epsilon();
    for (double& value : found.values) value = value > noise ? value : 0;
    if (!by_fraction) return found;
    const Index k = components_that_explain(found.values, options.variance_fraction, covariance.trace());
    return SymmetricEigen{found.values.head(k), found.vectors.topRows(k)};
  });
  const auto all = [](auto& m) { return std::span<double>(m.data(), static_cast<std::size_t>(m.size())); };
  std::int64_t k = eigen.values.size();
  comm.broadcast(std::span<std::int64_t>(&k, 1));
  eigen.values.resize(k);
  eigen.vectors.resize(k, d);
  comm.broadcast(all(eigen.values));
  comm.broadcast(all(eigen.vectors));
  return eigen;
}

VectorD square_roots(const VectorD& values) {
  return values.unaryExpr([](double v) { return std::sqrt(v); });
}

/// 1 / standard deviation of each component, 0 where there is none.
VectorD whitening_scale(const Pca& pca) {
  return pca.explained_variance.unaryExpr([](double v) { return v > 0 ? 1 / std::sqrt(v) : 0.0; });
}

/// body(panel), (.., width), for all rows, a thousand at a time.
template <class Body>
Matrix map_rows(const RowSource& rows, Index width, Body&& body) {
  constexpr Index panel_rows = 1024;
  Matrix result(rows.count, width);
  for (Index first = 0; first < rows.count; first += panel_rows) {
    const RowView view = rows.read(first, std::min(panel_rows, rows.count - first));
    Matrix panel(view.count, view.width);
    for (Index i = 0; i < view.count; ++i) view.to_floats(i, panel.data() + i * view.width);
    result.middleRows(first, view.count) = body(panel);
  }
  return result;
}

}  // namespace

Pca fit_pca(const Communicator& comm, const RowSource& rows, Index global_rows, const PcaOptions& options) {
  const Index d = rows.width, most = std::min(global_rows, d);
  check(options, global_rows, d);
  Covariance fitted = covariance_of(comm, rows, global_rows, "PCA");

  Pca pca;
  pca.n = global_rows;
  pca.whiten = options.whiten;
  pca.mean = std::move(fitted.mean);
  const auto degrees = static_cast<double>(std::max<Index>(1, global_rows - 1));
  const MatrixD covariance = std::move(fitted.matrix);
  pca.total_variance = covariance.trace();

  SymmetricEigen eigen = leading_eigenpairs_of_root(comm, covariance, most, options);
  const Index k = eigen.values.size();
  pca.components = std::move(eigen.vectors);
  pca.explained_variance = std::move(eigen.values);
  pca.explained_variance_ratio =
      pca.total_variance > 0 ? VectorD(pca.explained_variance / pca.total_variance) : VectorD(VectorD::Zero(k));
  pca.singular_values = square_roots(pca.explained_variance * degrees);
  const double explained = std::accumulate(pca.explained_variance.begin(), pca.explained_variance.end(), 0.0);
  if (k < most) pca.noise_variance = std::max(0.0, pca.total_variance - explained) / static_cast<double>(most - k);
  return pca;
}

Matrix transform(const Pca& pca, const Matrix& rows) {
  const VectorD zero = VectorD::Zero(pca.components.rows());
  if (!pca.whiten) return affine_rows(rows, pca.mean, pca.components, zero);
  return affine_rows(rows, pca.mean, whitening_scale(pca).asDiagonal() * pca.components, zero);
}

Matrix transform(const Pca& pca, const RowSource& rows) {
  return map_rows(rows, pca.components.rows(), [&](const Matrix& panel) { return transform(pca, panel); });
}

Matrix inverse_transform(const Pca& pca, const Matrix& scores) {
  const VectorD zero = VectorD::Zero(pca.components.rows());
  if (!pca.whiten) return affine_rows(scores, zero, pca.components.transpose(), pca.mean);
  const VectorD deviation = square_roots(pca.explained_variance);
  return affine_rows(scores, zero, pca.components.transpose() * deviation.asDiagonal(), pca.mean);
}

Matrix inverse_transform(const Pca& pca, const RowSource& scores) {
  return map_rows(scores, pca.components.cols(), [&](const Matrix& panel) { return inverse_transform(pca, panel); });
}

}  // namespace shoal
