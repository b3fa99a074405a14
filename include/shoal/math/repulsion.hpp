#pragma once
#include <span>
#include <vector>

#include "shoal/core/lanes.hpp"

namespace shoal {

/// Points of the plane, coordinate by coordinate.
struct Points {
  AlignedVector<float> x, y;

  explicit Points(Index n = 0) : x(static_cast<std::size_t>(n)), y(static_cast<std::size_t>(n)) {}
  Index size() const { return static_cast<Index>(x.size()); }
};

/// What all points of a map do to some of them, under the kernel q(r) = 1 / (1 + r^2).
struct Repulsion {
  std::vector<double> kernel_sums;  ///< z_i = sum_{j != i} q_ij
  std::vector<float> x, y;          ///< f_i = sum_j q_ij^2 (y_i - y_j)

  explicit Repulsion(Index count = 0)
      : kernel_sums(static_cast<std::size_t>(count)),
        x(static_cast<std::size_t>(count)),
        y(static_cast<std::size_t>(count)) {}
};

/// The repulsion at points (x_i, y_i) by all `points`, pair by pair: O(count n). A point's bits depend on it and on
/// `points` alone. A target that is among the points counts itself, with 1. Distances of more than 60,000 give NaN.
Repulsion exact_repulsion(const Points& points, std::span<const float> x, std::span<const float> y);

}  // namespace shoal
