#pragma once
#include <cstdint>
#include <vector>

#include "shoal/math/neighbor_search.hpp"

namespace shoal {

/// Puts cells into the order of their centres' distances from rows, in float, 16 rows at once.
class CellOrder {
 public:
  /// centers (cells, d), in the frame's reach.
  CellOrder(Matrix centers, SearchFrame frame);

  /// The numbers of the `wanted` cells nearest to each of some rows (count, d), row-major: (count, wanted), nearest
  /// first. A row's order depends on it and the centres alone; centres that are equally far but for rounding may change
  /// places.
  std::vector<std::int32_t> nearest(const float* rows, Index count, Index wanted) const;

 private:
  void score(const Lanes* x, Lanes* scores) const;

  SearchFrame frame_;
  Matrix centers_;                   // (cells, d), in the frame
  std::vector<float> half_squares_;  // |c|^2 / 2
};

}  // namespace shoal
