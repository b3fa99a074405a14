#pragma once
#include <cstdint>
#include <span>

#include "shoal/core/lanes.hpp"
#include "shoal/core/row_data.hpp"

namespace shoal {

/// |x - c|^2 in double, x (d), c (d), always summed in the same order.
double squared_distance(const float* x, const double* c, Index d);

/// The same of row `row` of `rows`, which are bytes or floats.
double squared_distance(const RowView& rows, Index row, const double* c);

/// Finds the nearest of k fixed centres for rows.
///
/// The answer is that of double arithmetic: argmin_c squared_distance(x, c), the lowest c among equals; hence it does
/// not depend on where a row lies, and any faster method can promise the same labels. It is found in float, 16 rows
/// side by side, relative to the middle of the centres (so that a large common offset costs no digits), and only rows
/// whose two best centres are closer than the float error can be are looked at again in double.
class NearestCenter {
 public:
  /// `centers` (k, d), k >= 1; copied.
  explicit NearestCenter(const MatrixD& centers);

  /// labels[i] of row i. rows (count, d), row-major; labels (count).
  /// `second` (count), if given: |x - c|^2 of the second nearest centre, as near as floats can say; infinite for k = 1.
  void find(const float* rows, Index count, std::span<std::int32_t> labels, std::span<float> second = {}) const;

  const MatrixD& centers() const { return centers_; }

 private:
  std::int32_t find_in_double(const float* row) const;

  MatrixD centers_;
  AlignedVector<float> origin_;   // (d)
  AlignedVector<float> shifted_;  // (k, d): centres - origin
  float largest_norm_ = 0;        // of a shifted centre
};

}  // namespace shoal
