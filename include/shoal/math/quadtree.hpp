#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "shoal/math/repulsion.hpp"

namespace shoal {

/// A quadtree over points of the plane, for sums over all of them that need far ones only together. Barnes, Hut 1986,
/// doi 10.1038/324446a0; for t-SNE van der Maaten 2014, JMLR 15.
///
/// Cells are halved until they hold `leaf_size` points or fewer, or are 2^-30 of the whole. The tree depends on the
/// points alone.
class Quadtree {
 public:
  /// points: finite, n < 2^31; copied as far as needed.
  explicit Quadtree(const Points& points);

  /// The repulsion at points [first, first + count) of those that the tree was built from: a cell of width w at
  /// distance r counts as a whole where w / r < theta, by the mean and the second moments of its points (Barnes and Hut
  /// had the mean alone, which errs by 10 to 20 times as much). theta = 0 is exact. A point's bits depend on it and on
  /// the tree alone.
  Repulsion repulsion(Index first, Index count, double theta) const;

 private:
  struct Cell {
    double x = 0, y = 0;            // mean of its points
    double xx = 0, xy = 0, yy = 0;  // sums of their squares and products about it
    double squared_width = 0;
    std::int32_t begin = 0, end = 0;  // its points, in the tree's order
    std::int32_t first_child = 0;     // its children stand together; a leaf has none
    std::int32_t children = 0;
  };

  struct Sums;

  static void add_cell(const Cell& cell, double dx, double dy, double squared, Sums& sums);
  void split(std::size_t number, double left, double bottom, double width, int depth);

  std::vector<Cell> cells_;
  std::vector<std::int32_t> order_;  // the points' numbers, cell by cell
  std::vector<double> x_, y_;        // in that order
};

}  // namespace shoal
