#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "shoal/math/row_frame.hpp"

namespace shoal {

/// Rows rounded to a byte a number, with what the rounding comes to: enough to tell which rows cannot be nearer to a
/// point than a given distance, from a quarter of the memory that floats take, at one multiply-add a number, or by
/// tiles of bytes.
///
/// y = low + step q + e with q in 0..255, column by column; |e| is the row's residual. |y - c| < D implies
/// |y - e - c| < D + |e|, which is compared as a score, see CenterTiles.
class ByteRows {
 public:
  /// For `count` rows of frame.width() columns, whose y lie between low and high (d). The frame is kept by reference.
  ByteRows(const RowFrame& frame, Index count, std::vector<float> low, const std::vector<float>& high);

  /// Takes the rows [first, first + rows.count), bytes or floats; first is a multiple of 16.
  void take(const RowView& rows, Index first);

  /// What row `row` has to be nearer than, in the frame. Infinite at first.
  void set_distance(Index row, float distance);

  /// Calls maybe(row, t) for all of rows [first, first + count), first a multiple of 16, that may be nearer to point t
  /// than their distance, and for few others. points (m, d) in the frame.
  void for_candidates(const float* points, Index m, Index first, Index count,
                      const std::function<void(Index row, Index t)>& maybe) const;

 private:
  template <class Tell>
  void by_tiles(const std::vector<float>& values, const std::vector<float>& half, Index m, Index first, Index count,
                float error, Tell tell) const;
  float score_error(double largest) const;
  std::size_t offset(Index row, Index column) const;

  Index d_;
  bool tiled_;
  const RowFrame& frame_;
  std::vector<float> low_, step_;
  // (lane groups, d, 16), or for tiles (lane groups, words of 4 columns, 16 rows, 4 columns) and a tile's length
  AlignedVector<std::uint8_t> bytes_;
  // Of each row: |y - e|^2, |e| and ((D + |e|)^2 - |y - e|^2) / 2, all rounded upwards or downwards to the safe side.
  AlignedVector<float> square_, residual_, threshold_;
};

}  // namespace shoal
