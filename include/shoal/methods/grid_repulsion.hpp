#pragma once
#include <complex>
#include <optional>
#include <utility>
#include <vector>

#include "shoal/math/fourier.hpp"
#include "shoal/math/spline_grid.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// Repulsion between the points of a map by interpolation on a grid, spread over ranks: O(n + g^2 log g) for g nodes a
/// side. After Linderman, Rachh, Hoskins, Steinerberger, Kluger 2019, doi 10.1038/s41592-018-0308-4, otherwise in this:
/// quintic B-splines in place of Lagrange polynomials, and since q^2 (y_i - y_j) is minus half the slope of q = 1 / (1
/// + |y_i - y_j|^2), one field phi(y) = sum_j q(y - y_j) and its slopes give all that is needed: one transform there,
/// one back.
///
/// Each rank spreads its points as integers, gets the sum of its rows of the grid, transforms them, hands columns to
/// their ranks, which filter them, and back; the field is shared by all. A line of the grid has the same bits
/// whoever transforms it.
class GridRepulsion {
 public:
  explicit GridRepulsion(Communicator comm) : comm_(std::move(comm)) {}

  /// The repulsion at this rank's points [first, first + count) of all `points`, which every rank holds, by
  /// `grid`, which lies over all of them. Ranks' parts cover all points once. Collective.
  Repulsion operator()(const SplineGrid& grid, const Points& points, Index first, Index count);

  /// Bytes that a rank needs for g nodes a side (nearly).
  static double bytes(Index g, int ranks);

 private:
  void prepare(const SplineGrid& grid);
  std::vector<float> field(std::vector<std::int64_t>& cells);

  Communicator comm_;
  SplineGrid grid_;
  std::optional<Fourier> fourier_;    // of twice the grid's size, so that nothing wraps round
  std::vector<Index> row_begins_;     // of each rank
  std::vector<Index> column_begins_;  // of the transform's columns
  std::vector<float> factors_;        // (my columns, g + 1): what each frequency is multiplied by
  double offset_ = 0;                 // what the grid's kernel is less than q
  std::vector<std::int64_t> cells_;
};

}  // namespace shoal
