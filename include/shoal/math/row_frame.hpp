#pragma once
#include <span>

#include "shoal/core/lanes.hpp"
#include "shoal/core/row_data.hpp"

namespace shoal {

/// Rows as distance kernels see them: y = scale x - origin, in float, with a power of two as scale.
///
/// An origin in the middle of the data keeps a large common offset from costing digits; a scale that brings the largest
/// |y| to about 1 keeps squares from overflowing or vanishing. y errs by 2^-24 |y|, relative to exact arithmetic.
struct RowFrame {
  AlignedVector<float> origin;  ///< (d), scaled
  double scale = 1;

  /// The frame about `middle` (d) in which rows with elements of at most `magnitude` have |y_j| <= 1.
  static RowFrame about(const VectorD& middle, double magnitude);

  Index width() const { return static_cast<Index>(origin.size()); }

  /// group[j] = y_j of rows which[0 .. 15], a row a lane; fewer than 16 are filled up with the first. `rows` are bytes
  /// or floats.
  void load(const RowView& rows, std::span<const Index> which, Lanes* group) const;

  /// The same for the consecutive rows [first, first + count), count >= 1.
  void load(const RowView& rows, Index first, Index count, Lanes* group) const;

  /// |y - c|^2 for row `row`, c (d) in the frame: a vector over features, with the same bits wherever the row lies, and
  /// 0 where c is the row itself. Given y and c, within (d / 8 + 16) 2^-24 of the exact one, relatively.
  float squared_distance(const RowView& rows, Index row, const float* center) const;

  /// y_j of features [begin, begin + count) of one row; y (count).
  void place(const RowView& rows, Index row, Index begin, Index count, float* y) const;

  /// y (d) of one row of floats x (d).
  void place(const float* x, float* y) const;

 private:
  void place_part(const float* x, Index begin, Index count, float* y) const;
};

}  // namespace shoal
