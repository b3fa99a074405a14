#pragma once
#include <cstdint>
#include <vector>

#include "shoal/math/center_tiles.hpp"

namespace shoal {

/// Rows in 16 bits a number, 16 of them side by side: half the memory of floats, and nothing to turn before they are
/// compared with centres. Enough to settle nearly all rows in passes that wait for memory.
///
/// y_j = step_j q_j + e_j with |q_j| < 2^15, |e_j| <= step_j / 2.
class CompactRows {
 public:
  /// For `count` rows of frame.width() columns, |y_j| <= reach_j (d) and |y| <= farthest.
  CompactRows(const RowFrame& frame, Index count, const VectorD& reach, double farthest);

  /// Takes the rows [first, first + rows.count), bytes or floats; first is a multiple of 16.
  void take(const RowView& rows, Index first);

  Index width() const { return static_cast<Index>(steps_.size()); }

  /// Columns come in pairs, the even one in the lower half of a word; behind an odd number of them is one of zeros.
  Index pairs() const { return (width() + 1) / 2; }

  /// The words of rows [first, first + 16), (pairs); first is a multiple of 16. Rows behind the last are the last.
  const LaneNumbers* group(Index first) const { return words_.data() + first / lane_count * pairs(); }

  const std::vector<float>& steps() const { return steps_; }
  double farthest() const { return farthest_; }
  double error() const { return error_; }  ///< bounds |y - step q|

  /// What copies of `rows` rows of `columns` numbers take.
  static double bytes(Index rows, Index columns);

 private:
  const RowFrame& frame_;
  double farthest_, error_;
  std::vector<float> steps_, inverse_;
  AlignedVector<Lanes> lanes_;        // a group in float
  AlignedVector<LaneNumbers> words_;  // (groups, pairs)
};

/// Centres to be compared with compact rows. Scores are those of CenterTiles.
class CompactCenters {
 public:
  static constexpr Index batch_rows = CenterTiles::batch_rows;

  /// `centers` (k, d), in the rows' own units. `rows` is kept by reference.
  CompactCenters(const MatrixD& centers, const RowFrame& frame, const CompactRows& rows);

  /// Compares rows [first, first + 32) with all centres; first is a multiple of 16. `more`: rows from first + 16 on.
  void scan(Index first, bool more, NearestTwo (&best)[2]) const;

  /// What a score can be off by at most: what floats and doubles lose, see CenterTiles, and |e| |c|.
  Lanes errors(const float*) const { return broadcast(error_); }

 private:
  const CompactRows& rows_;
  std::vector<float> packed_;  // tile by tile: (2 pairs, width), times the steps
  std::vector<float> half_;    // |c|^2 / 2
  float error_ = 0;
};

}  // namespace shoal
