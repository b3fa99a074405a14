#include "shoal/math/spline_grid.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shoal {
namespace {

/// The first of the four nodes near u, and the B-spline's values and slopes there.
struct Spline {
  Index first;
  float weights[4], slopes[4];
};

Spline spline_at(double u) {
  const double cell = std::floor(u);
  const auto t = static_cast<float>(u - cell), s = 1 - t;
  Spline spline;
  spline.first = static_cast<Index>(cell) - 1;
  spline.weights[0] = s * s * s * (1 / 6.0f);
  spline.weights[1] = (t * t * (3 * t - 6) + 4) * (1 / 6.0f);
  spline.weights[2] = (s * s * (3 * s - 6) + 4) * (1 / 6.0f);
  spline.weights[3] = t * t * t * (1 / 6.0f);
  spline.slopes[0] = -0.5f * s * s;
  spline.slopes[1] = t * (1.5f * t - 2);
  spline.slopes[2] = -s * (1.5f * s - 2);
  spline.slopes[3] = 0.5f * t * t;
  return spline;
}

bool is_fast(Index n) {
  for (const Index p : {2, 3, 5})
    while (n % p == 0) n /= p;
  return n == 1;
}

}  // namespace

SplineGrid SplineGrid::over(const Points& points) {
  const auto [left, right] = std::minmax_element(points.x.begin(), points.x.end());
  const auto [bottom, top] = std::minmax_element(points.y.begin(), points.y.end());
  const double extent = std::max(static_cast<double>(*right) - static_cast<double>(*left),
                                 static_cast<double>(*top) - static_cast<double>(*bottom));
  constexpr double finest_nodes = 48;
  constexpr Index border = 2;  // nodes beside the box: one to its left, two to its right
  SplineGrid grid;
  grid.spacing = 1.0 / 3;
  if (extent > 0 && extent < finest_nodes * grid.spacing) grid.spacing = extent / finest_nodes;
  grid.spacing = std::max(grid.spacing, extent / static_cast<double>(most_nodes - 2 * border - 2));
  grid.left = static_cast<double>(*left) - border * grid.spacing;
  grid.bottom = static_cast<double>(*bottom) - border * grid.spacing;
  grid.size = static_cast<Index>(extent / grid.spacing) + 2 * border + 2;
  while (!is_fast(grid.size)) ++grid.size;
  return grid;
}

void spread(const SplineGrid& grid, std::span<const float> x, std::span<const float> y, std::span<std::int64_t> cells) {
  constexpr float per_unit = 1 / spread_unit;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Spline a = spline_at((static_cast<double>(x[i]) - grid.left) / grid.spacing);
    const Spline b = spline_at((static_cast<double>(y[i]) - grid.bottom) / grid.spacing);
    std::int64_t* corner = cells.data() + a.first * grid.size + b.first;
#pragma GCC unroll 4
    for (int p = 0; p < 4; ++p)
#pragma GCC unroll 4
      for (int q = 0; q < 4; ++q)
        corner[p * grid.size + q] += static_cast<std::int64_t>(a.weights[p] * b.weights[q] * per_unit);
  }
}

FieldValue read_field(const SplineGrid& grid, std::span<const float> field, float x, float y) {
  const Spline a = spline_at((static_cast<double>(x) - grid.left) / grid.spacing);
  const Spline b = spline_at((static_cast<double>(y) - grid.bottom) / grid.spacing);
  const float* corner = field.data() + a.first * grid.size + b.first;
  FieldValue read;
#pragma GCC unroll 4
  for (int p = 0; p < 4; ++p) {
    const float* f = corner + p * grid.size;
    const float along = (f[0] * b.weights[0] + f[1] * b.weights[1]) + (f[2] * b.weights[2] + f[3] * b.weights[3]);
    const float across = (f[0] * b.slopes[0] + f[1] * b.slopes[1]) + (f[2] * b.slopes[2] + f[3] * b.slopes[3]);
    read.value += a.weights[p] * along;
    read.slope_x += a.slopes[p] * along;
    read.slope_y += a.weights[p] * across;
  }
  const auto per_node = static_cast<float>(1 / grid.spacing);
  read.slope_x *= per_node;
  read.slope_y *= per_node;
  return read;
}

double spline_response(Index k, Index n) {
  return (2 + std::cos(2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n))) / 3;
}

}  // namespace shoal
