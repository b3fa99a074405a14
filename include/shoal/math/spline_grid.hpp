#pragma once
#include <cstdint>
#include <span>

#include "shoal/math/repulsion.hpp"

namespace shoal {

/// A square grid of size x size nodes over a box of the plane, on which points are spread and fields are read by
/// quintic B-splines. Node (a, b) lies at (left + a spacing, bottom + b spacing).
struct SplineGrid {
  double left = 0, bottom = 0, spacing = 1;
  Index size = 0;  ///< of form 2^a 3^b 5^c, so that Fourier transforms of twice the size are fast

  /// Over all points: of the usual spacing, where the kernel 1 / (1 + r^2) is smooth, or less where the map is so small
  /// that it would have fewer than 48 nodes a side, or more where it would have more than `most_nodes`.
  static SplineGrid over(const Points& points);
  static constexpr double usual_spacing = 1 / 4.5;
  static constexpr Index most_nodes = 4800;

  /// How many numbers behind the last cell, of value 0, `spread` and `read_field` look at besides.
  static constexpr Index overhang = 2;
  std::size_t cells() const { return static_cast<std::size_t>(size * size + overhang); }
};

/// Adds unit charges at the points (x_i, y_i) to the grid's cells (size, size) and overhang: B-spline weights as
/// integers, in units of 2^-32, so that any order gives the same sums. The points must lie in the grid's box.
void spread(const SplineGrid& grid, std::span<const float> x, std::span<const float> y, std::span<std::int64_t> cells);

constexpr float spread_unit = 0x1p-32f;

/// A field of B-spline coefficients (size, size), and overhang, read at a point: its value and its slopes.
struct FieldValue {
  float value = 0, slope_x = 0, slope_y = 0;
};
FieldValue read_field(const SplineGrid& grid, std::span<const float> field, float x, float y);

/// What the quintic B-spline makes of a wave of frequency k of n: (33 + 26 cos a + cos 2a) / 60, a = 2 pi k / n.
/// Spreading, or reading, multiplies by it along each dimension.
double spline_response(Index k, Index n);

}  // namespace shoal
