#include <algorithm>
#include <cmath>

#include "shoal/math/affine_rows.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/methods/pca.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

constexpr Index panel_rows = 1024;

VectorD square_roots(const VectorD& values) {
  return values.unaryExpr([](double v) { return std::sqrt(v); });
}

/// 1 / standard deviation of each component, 0 where there is none.
VectorD whitening_scale(const Pca& pca) {
  return pca.explained_variance.unaryExpr([](double v) { return v > 0 ? 1 / std::sqrt(v) : 0.0; });
}

Matrix floats_of(const RowView& view) {
  Matrix rows(view.count, view.width);
  for (Index i = 0; i < view.count; ++i) view.to_floats(i, rows.data() + i * view.width);
  return rows;
}

/// body(first, panel) for all rows in order.
template <class Body>
void for_panels(const RowSource& rows, Body&& body) {
  for (Index first = 0; first < rows.count; first += panel_rows)
    body(first, floats_of(rows.read(first, std::min(panel_rows, rows.count - first))));
}

}  // namespace

Matrix transform(const Pca& pca, const Matrix& rows) {
  const VectorD zero = VectorD::Zero(pca.components.rows());
  if (!pca.whiten) return affine_rows(rows, pca.mean, pca.components, zero);
  return affine_rows(rows, pca.mean, whitening_scale(pca).asDiagonal() * pca.components, zero);
}

Matrix transform(const Pca& pca, const RowSource& rows) {
  Matrix result(rows.count, pca.components.rows());
  for_panels(rows,
             [&](Index first, const Matrix& panel) { result.middleRows(first, panel.rows()) = transform(pca, panel); });
  return result;
}

Projection project(const Communicator& comm, const Pca& pca, const RowSource& rows, Index global_rows) {
  Projection result{Matrix(rows.count, pca.components.rows()), {}, 0};
  result.reconstruction_error.reserve(static_cast<std::size_t>(rows.count));
  agree(comm, [&] {
    for_panels(rows, [&](Index first, const Matrix& panel) {
      const Matrix scores = transform(pca, panel), restored = inverse_transform(pca, scores);
      result.scores.middleRows(first, panel.rows()) = scores;
      for (Index i = 0; i < panel.rows(); ++i) {
        double sum = 0;
        for (Index j = 0; j < panel.cols(); ++j) {
          const double lost = static_cast<double>(panel(i, j)) - static_cast<double>(restored(i, j));
          sum += lost * lost;
        }
        result.reconstruction_error.push_back(static_cast<float>(sum / static_cast<double>(panel.cols())));
      }
    });
  });
  double largest = 0;
  for (const float error : result.reconstruction_error) largest = std::max(largest, static_cast<double>(error));
  ExactSum total(1, bound_exponent_of(comm.max(largest)) + 1);
  for (const float& error : result.reconstruction_error) total.add(std::span<const float>(&error, 1));
  total.reduce(comm);
  if (global_rows > 0) result.mean_reconstruction_error = total[0] / static_cast<double>(global_rows);
  return result;
}

MatrixD loadings(const Pca& pca) {
  return pca.components.transpose() * square_roots(pca.explained_variance).asDiagonal();
}

Matrix inverse_transform(const Pca& pca, const Matrix& scores) {
  const VectorD zero = VectorD::Zero(pca.components.rows());
  if (!pca.whiten) return affine_rows(scores, zero, pca.components.transpose(), pca.mean);
  const VectorD deviation = square_roots(pca.explained_variance);
  return affine_rows(scores, zero, pca.components.transpose() * deviation.asDiagonal(), pca.mean);
}

Matrix inverse_transform(const Pca& pca, const RowSource& scores) {
  Matrix result(scores.count, pca.components.cols());
  for_panels(scores, [&](Index first, const Matrix& panel) {
    result.middleRows(first, panel.rows()) = inverse_transform(pca, panel);
  });
  return result;
}

}  // namespace shoal
