#pragma once
#include <cstdint>

#include "shoal/math/center_tiles.hpp"

namespace shoal {

/// Centres and rows in fixed point, for comparing many of them by tiles of bytes (Intel AMX): up to five times as fast
/// as CenterTiles for hundreds of centres, with scores good to 15 bits or so, which settle nearly all rows. Local.
///
/// A number is q = 256 h + l, two signed digits. Of the four products of digits that make up y c, the three that matter
/// are summed, in integers.
class CenterDigits {
 public:
  /// Rows that are compared at a time.
  static constexpr Index batch_rows = CenterTiles::batch_rows;

  /// Whether it would pay for k centres of d numbers, on this processor.
  static bool pays(Index k, Index d);

  /// `centers` (k, d), in the rows' own units. `reach` bounds |y_j| of all rows.
  CenterDigits(const MatrixD& centers, const RowFrame& frame, double reach);

  /// Makes a batch of the rows [first, first + count), 1 <= count <= batch_rows, filled up with the first.
  void load(const RowView& rows, Index first, Index count);

  /// Compares the batch with all centres. Scores are those of CenterTiles.
  void scan(NearestTwo (&best)[2]);

  /// What scores of 16 rows with |y| <= norms can be off by at most, with error_of_doubles.
  Lanes errors(const float* norms) const;

 private:
  const RowFrame& frame_;
  Index d_, chunks_;
  float row_scale_;                    // one over the quantum of y
  float high_, middle_;                // what the sums of products are worth
  AlignedVector<float> half_;          // |c|^2 / 2, infinite for those that fill up the last block
  AlignedVector<std::int8_t> blocks_;  // (blocks of 16 centres, chunks of 64 numbers, 2 digits, 16 centres, 64 bytes)
  AlignedVector<std::int8_t> batch_;   // (2 groups of 16 rows, chunks, 2 digits, 16 words, 16 rows, 4 bytes)
  AlignedVector<float> row_;           // one row, in the frame
  float constant_error_ = 0, norm_error_ = 0, square_error_ = 0;
};

}  // namespace shoal
