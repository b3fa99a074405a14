#include "shoal/methods/place_points.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/math/perplexity.hpp"

namespace shoal {
namespace {

constexpr double momentum = 0.8, rate = 0.5, longest_step = 0.25;

/// Weights of each new row's neighbours, (rows, k).
std::vector<double> weights_of(const Neighbors& near, Index rows, double perplexity) {
  std::vector<double> weights(near.found.size()), distances(static_cast<std::size_t>(near.k));
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < near.k; ++j) distances[static_cast<std::size_t>(j)] = near.of(i)[j].squared_distance;
    perplexity_weights(
        distances, perplexity,
        std::span(weights).subspan(static_cast<std::size_t>(i * near.k), static_cast<std::size_t>(near.k)));
  }
  return weights;
}

}  // namespace

Matrix place_points(const Neighbors& near, const Points& map, double perplexity, Index iterations) {
  const Index rows = near.k > 0 ? static_cast<Index>(near.found.size()) / near.k : 0;
  const std::vector<double> weights = weights_of(near, rows, perplexity);
  const auto neighbor = [&](Index i, Index j) { return static_cast<std::size_t>(near.of(i)[j].row); };
  const auto weight = [&](Index i, Index j) { return weights[static_cast<std::size_t>(i * near.k + j)]; };

  std::vector<float> x(static_cast<std::size_t>(rows)), y(static_cast<std::size_t>(rows));
  for (Index i = 0; i < rows; ++i) {
    double sum_x = 0, sum_y = 0;
    for (Index j = 0; j < near.k; ++j) {
      sum_x += weight(i, j) * static_cast<double>(map.x[neighbor(i, j)]);
      sum_y += weight(i, j) * static_cast<double>(map.y[neighbor(i, j)]);
    }
    x[static_cast<std::size_t>(i)] = static_cast<float>(sum_x);
    y[static_cast<std::size_t>(i)] = static_cast<float>(sum_y);
  }

  MatrixD speed = MatrixD::Zero(rows, 2);
  for (Index iteration = 0; iteration < iterations; ++iteration) {
    const Repulsion away = exact_repulsion(map, x, y);
    for (Index i = 0; i < rows; ++i) {
      const auto row = static_cast<std::size_t>(i);
      const auto px = static_cast<double>(x[row]), py = static_cast<double>(y[row]);
      double gx = -static_cast<double>(away.x[row]) / away.kernel_sums[row];
      double gy = -static_cast<double>(away.y[row]) / away.kernel_sums[row];
      for (Index j = 0; j < near.k; ++j) {
        const double dx = px - static_cast<double>(map.x[neighbor(i, j)]);
        const double dy = py - static_cast<double>(map.y[neighbor(i, j)]);
        const double pull = weight(i, j) / (1 + dx * dx + dy * dy);
        gx += pull * dx;
        gy += pull * dy;
      }
      speed(i, 0) = momentum * speed(i, 0) - rate * 2 * gx;
      speed(i, 1) = momentum * speed(i, 1) - rate * 2 * gy;
      const double length = std::hypot(speed(i, 0), speed(i, 1));
      if (length > longest_step) speed.row(i) *= longest_step / length;
      x[row] = static_cast<float>(px + speed(i, 0));
      y[row] = static_cast<float>(py + speed(i, 1));
    }
  }
  Matrix placed(rows, 2);
  for (Index i = 0; i < rows; ++i) placed.row(i) << x[static_cast<std::size_t>(i)], y[static_cast<std::size_t>(i)];
  return placed;
}

}  // namespace shoal
