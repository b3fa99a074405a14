#include <algorithm>
#include <cmath>

#include "pca_solvers.hpp"
#include "shoal/core/random.hpp"
#include "shoal/math/subspace.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

constexpr Index oversampling = 10, panel_rows = 256;

/// Row j is a function of j alone.
MatrixD random_basis(Index d, Index l) {
  MatrixD basis(d, l);
  for (Index j = 0; j < d; ++j) {
    Random random(0, Stream::eigenvectors, static_cast<std::uint64_t>(j) + 1);
    for (Index i = 0; i < l; ++i) basis(j, i) = random.normal();
  }
  return basis;
}

struct Image {
  MatrixD product;           // sum_i y_i (y_i^T basis): (d, l)
  double squared_norms = 0;  // sum_i |y_i|^2
};

/// One pass over rows y = x - mean.
Image image_of(const Communicator& comm, const RowSource& rows, Index n, const SourceStatistics& statistics,
               const MatrixD& basis) {
  const Index d = rows.width, l = basis.cols();
  const double extent = (statistics.most - statistics.least).maxCoeff();
  const int bound =
      bound_exponent_of(extent * extent * static_cast<double>(d) * static_cast<double>(RowBlocks::of(n).block_rows)) +
      1;
  ExactSum total(d * l + 1, bound);
  MatrixD panel(panel_rows, d);
  std::vector<float> x(static_cast<std::size_t>(d));
  agree(comm, [&] {
    MatrixD image(d, l);
    for (const MyBlock& block : my_blocks(comm, rows.count, n)) {
      image.setZero();
      double squared_norms = 0;
      for (Index first = 0; first < block.count; first += panel_rows) {
        const RowView view = rows.read(block.first + first, std::min(panel_rows, block.count - first));
        for (Index i = 0; i < view.count; ++i) {
          view.to_floats(i, x.data());
          double norm = 0;
          for (Index j = 0; j < d; ++j) {
            panel(i, j) = static_cast<double>(x[static_cast<std::size_t>(j)]) - statistics.mean[j];
            norm += panel(i, j) * panel(i, j);
          }
          squared_norms += norm;
        }
        panel.bottomRows(panel_rows - view.count).setZero();
        add_image(panel, basis, image);
      }
      total.add(std::span<const double>(image.data(), static_cast<std::size_t>(image.size())));
      total.add(std::span<const double>(&squared_norms, 1), d * l);
    }
  });
  total.reduce(comm);
  Image result{MatrixD(d, l), total[d * l]};
  for (Index i = 0; i < d * l; ++i) result.product.data()[i] = total[i];
  return result;
}

}  // namespace

Spectrum spectrum_by_random_vectors(const Communicator& comm, const RowSource& rows, Index global_rows, Index k,
                                    Index power_iterations, const Checkpoints& checkpoints) {
  const Index d = rows.width, l = std::min(k + oversampling, d);
  const SourceStatistics statistics = source_statistics(comm, rows, global_rows, "PCA");
  const double degrees = static_cast<double>(std::max<Index>(1, global_rows - 1));
  MatrixD basis(d, l);
  const auto numbers = [&] { return std::span<double>(basis.data(), static_cast<std::size_t>(basis.size())); };
  Index pass = 0;
  if (checkpoints.begin) {
    pass = checkpoints.begin->integer("pass");
    checkpoints.begin->copy("basis", numbers());
  } else {
    if (comm.is_root()) basis = orthonormal_columns(random_basis(d, l));
    give_to_all(comm, basis);
  }
  const auto state = [&] {
    Snapshot s;
    s.put("pass", std::int64_t{pass + 1});
    s.put("basis", numbers());
    return s;
  };
  Image image;
  for (;; ++pass) {
    image = image_of(comm, rows, global_rows, statistics, basis);
    if (pass == power_iterations) break;
    if (comm.is_root()) basis = orthonormal_columns(image.product);
    give_to_all(comm, basis);
    pause_if_due(checkpoints, state, Place::landmark);
  }
  // The best that the basis holds (Rayleigh, Ritz).
  MatrixD both;
  if (comm.is_root()) {
    MatrixD projected = basis.transpose() * image.product / degrees;
    projected = (projected + projected.transpose().eval()) / 2;
    const SymmetricEigen ritz = leading_eigenpairs(projected, k);
    both.resize(k, d + 1);
    both.col(0) = ritz.values;
    MatrixD vectors = ritz.vectors * basis.transpose();
    for (Index i = 0; i < k; ++i) {
      Index largest = 0;
      vectors.row(i).cwiseAbs().maxCoeff(&largest);
      if (vectors(i, largest) < 0) vectors.row(i) = -vectors.row(i);
    }
    both.rightCols(d) = vectors;
  }
  give_to_all(comm, both);
  return {statistics.mean, both.col(0), both.rightCols(d), image.squared_norms / degrees};
}

}  // namespace shoal
