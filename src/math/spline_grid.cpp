#include "shoal/math/spline_grid.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

#include "shoal/core/lanes.hpp"

namespace shoal {
namespace {

constexpr int order = 6;  // nodes that a point shares along each dimension
constexpr int width = 8;  // numbers that are looked at at once; the last two have no weight

using Floats = float __attribute__((vector_size(32)));
using Integers = std::int64_t __attribute__((vector_size(64)));

static_assert(SplineGrid::overhang == width - order);

/// The first of the six nodes near u, and the quintic B-spline's values and slopes there.
struct Spline {
  Index first;
  Floats weights, slopes;
};

/// 120 times the values at the three nodes below u, t behind the nearest, and 24 times the slopes (the outermost's
/// without its sign).
struct Pieces {
  float outer, middle, inner, outer_slope, middle_slope, inner_slope;
};

Pieces pieces_at(float t) {
  const float s = 1 - t, t2 = t * t, s2 = s * s;
  return {s2 * s2 * s,
          ((((5 * t - 20) * t + 20) * t + 20) * t - 50) * t + 26,
          ((30 - 10 * t) * t2 - 60) * t2 + 66,
          s2 * s2,
          (((5 * t - 16) * t + 12) * t + 8) * t - 10,
          ((24 - 10 * t) * t2 - 24) * t};
}

Spline spline_at(double u) {
  const double cell = std::floor(u);
  const auto t = static_cast<float>(u - cell);
  const Pieces a = pieces_at(t), b = pieces_at(1 - t);  // the spline is even
  Spline spline;
  spline.first = static_cast<Index>(cell) - 2;
  spline.weights = Floats{a.outer, a.middle, a.inner, b.inner, b.middle, b.outer, 0, 0} * (1 / 120.0f);
  spline.slopes =
      Floats{-a.outer_slope, a.middle_slope, a.inner_slope, -b.inner_slope, -b.middle_slope, b.outer_slope, 0, 0} *
      (1 / 24.0f);
  return spline;
}

float sum(const Floats& v) {
  return ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
}

struct Range {
  double least, most;
};

/// Of at least one value. Sixteen at a time: std::minmax_element takes one after the other.
Range range_of(std::span<const float> values) {
  Lanes least = broadcast(values.front()), most = least;
  std::size_t i = 0;
  for (; i + lane_count <= values.size(); i += lane_count) {
    Lanes v;
    std::memcpy(&v, values.data() + i, sizeof v);
    least = v < least ? v : least;
    most = v > most ? v : most;
  }
  for (; i < values.size(); ++i) {
    least[0] = std::min(least[0], values[i]);
    most[0] = std::max(most[0], values[i]);
  }
  Range range{least[0], most[0]};
  for (Index lane = 1; lane < lane_count; ++lane) {
    range.least = std::min<double>(range.least, least[lane]);
    range.most = std::max<double>(range.most, most[lane]);
  }
  return range;
}

bool is_fast(Index n) {
  for (const Index p : {2, 3, 5})
    while (n % p == 0) n /= p;
  return n == 1;
}

}  // namespace

SplineGrid SplineGrid::over(const Points& points) {
  const Range x = range_of(points.x), y = range_of(points.y);
  const double extent = std::max(x.most - x.least, y.most - y.least);
  constexpr double finest_nodes = 48;
  constexpr Index border = 3;  // nodes beside the box: two to its left, three to its right
  SplineGrid grid;
  grid.spacing = usual_spacing;
  if (extent > 0 && extent < finest_nodes * grid.spacing) grid.spacing = extent / finest_nodes;
  grid.spacing = std::max(grid.spacing, extent / static_cast<double>(most_nodes - 2 * border - 2));
  grid.left = x.least - border * grid.spacing;
  grid.bottom = y.least - border * grid.spacing;
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
    for (int p = 0; p < order; ++p) {
      Integers there;
      std::memcpy(&there, corner + p * grid.size, sizeof there);
      there += __builtin_convertvector(a.weights[p] * per_unit * b.weights, Integers);
      std::memcpy(corner + p * grid.size, &there, sizeof there);
    }
  }
}

FieldValue read_field(const SplineGrid& grid, std::span<const float> field, float x, float y) {
  const Spline a = spline_at((static_cast<double>(x) - grid.left) / grid.spacing);
  const Spline b = spline_at((static_cast<double>(y) - grid.bottom) / grid.spacing);
  const float* corner = field.data() + a.first * grid.size + b.first;
  Floats values{}, slopes{};
  for (int p = 0; p < order; ++p) {
    Floats line;
    std::memcpy(&line, corner + p * grid.size, sizeof line);
    values += a.weights[p] * line;
    slopes += a.slopes[p] * line;
  }
  const auto per_node = static_cast<float>(1 / grid.spacing);
  return {sum(values * b.weights), per_node * sum(slopes * b.weights), per_node * sum(values * b.slopes)};
}

double spline_response(Index k, Index n) {
  const double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n);
  return (33 + 26 * std::cos(angle) + std::cos(2 * angle)) / 60;
}

}  // namespace shoal
