#include "shoal/methods/pca.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/math/affine_rows.hpp"
#include "shoal/math/blas.hpp"
#include "shoal/math/eigen.hpp"
#include "shoal/methods/column_statistics.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/exact_sum.hpp"

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

/// sum_i (x_i - mean) (x_i - mean)^T over the rows of all ranks: upper triangle, (d, d). Collective.
MatrixD scatter_matrix(const Communicator& comm, const Matrix& rows, Index global_rows, double magnitude,
                       const VectorD& mean) {
  // The panel's height is fixed, so that BLAS always gets the same shape; its rows beyond the block's end are zero.
  constexpr Index panel_rows = 256;
  const Index d = rows.cols(), block_rows = RowBlocks::of(global_rows).block_rows;
  const auto size = [](Index n) { return static_cast<std::size_t>(n); };
  ExactSum total(d * (d + 1) / 2, bound_exponent_of(4 * magnitude * magnitude * static_cast<double>(block_rows)) + 1);
  MatrixD panel(std::min(panel_rows, block_rows), d), gram(d, d);
  for (const MyBlock block : my_blocks(comm, rows.rows(), global_rows)) {
    gram.setZero();
    for (Index first = 0; first < block.count; first += panel.rows()) {
      const Index count = std::min(panel.rows(), block.count - first);
      for (Index i = 0; i < count; ++i)
        for (Index j = 0; j < d; ++j) panel(i, j) = static_cast<double>(rows(block.first + first + i, j)) - mean[j];
      panel.bottomRows(panel.rows() - count).setZero();
      add_gram(panel, gram);
    }
    for (Index i = 0, packed = 0; i < d; packed += d - i, ++i)
      total.add(std::span<const double>(&gram(i, i), size(d - i)), packed);
  }
  total.reduce(comm);
  for (Index i = 0, packed = 0; i < d; ++i)
    for (Index j = i; j < d; ++j) gram(i, j) = total[packed++];
  return gram;
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

}  // namespace

Pca fit_pca(const Communicator& comm, const Matrix& rows, Index global_rows, const PcaOptions& options) {
  const Index d = rows.cols(), most = std::min(global_rows, d);
  check(options, global_rows, d);
  const double magnitude = largest_magnitude(comm, rows, global_rows, "PCA");

  Pca pca;
  pca.n = global_rows;
  pca.whiten = options.whiten;
  pca.mean = column_means(comm, rows, global_rows, magnitude);
  const auto degrees = static_cast<double>(std::max<Index>(1, global_rows - 1));  // one row: variance 0, not 0 / 0
  const MatrixD covariance = scatter_matrix(comm, rows, global_rows, magnitude, pca.mean) / degrees;
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

Matrix inverse_transform(const Pca& pca, const Matrix& scores) {
  const VectorD zero = VectorD::Zero(pca.components.rows());
  if (!pca.whiten) return affine_rows(scores, zero, pca.components.transpose(), pca.mean);
  const VectorD deviation = square_roots(pca.explained_variance);
  return affine_rows(scores, zero, pca.components.transpose() * deviation.asDiagonal(), pca.mean);
}

}  // namespace shoal
