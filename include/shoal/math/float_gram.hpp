#pragma once
#include <span>
#include <vector>

#include "shoal/core/lanes.hpp"
#include "shoal/core/row_data.hpp"

namespace shoal {

/// The map y = scale x - offset of each column, applied before products are taken. With powers of two as scales, y has
/// one rounding whether or not the compiler fuses the two operations.
struct ColumnMap {
  std::vector<float> scale, offset;

  static ColumnMap identity(Index d);
};

/// sum_i y_i y_i^T and sum_i y_i over rows y_i of d numbers, at the speed of single precision and with sums that depend
/// on no order.
///
/// Rows come in panels of at most `panel_rows`. Products are summed in float inside a panel, row after row; a panel's
/// sums are added in double. In short panels the float sums' errors are random and small: after n rows about
/// 1e-8 sqrt(50000 / n) of the variances, where one float sum over all rows is off in the fourth digit. The doubles
/// begin at 1.5 * 2^exponent, so that an addition rounds its term to a fixed quantum and nothing else
/// (core/order_free.hpp): which panels meet in which order, on which rank, plays no part.
///
/// Own kernels, because a panel's result must be taken from the registers into doubles: 8 x 48 sums at a time, upper
/// triangle only, right for any d. Blocks of rows are copied to where the kernel reads them in order. Not collective.
class FloatGram {
 public:
  static constexpr Index panel_rows = 256;

  /// Sums stay exact while each is below 2^(exponent - 1) in magnitude. `map`: as long as there are columns.
  FloatGram(ColumnMap map, int exponent);

  /// Adds a panel of 1 .. panel_rows rows of any element type. The same panels give the same bits in any order.
  void add(const RowView& panel);

  /// Multiplies what still waits. To be called after the last `add`, before the members below.
  void finish();

  /// From sums that stand on their start to plain sums: those below the diagonal are zero. Call once, after finish().
  void subtract_start();

  Index width() const { return d_; }

  /// (padded width)^2 sums of products, row-major: element (i, j), i <= j, at i * padded_width() + j; behind them the
  /// padded_width() sums of y. One vector, to be summed over ranks in one call once subtract_start() was called.
  std::span<double> sums() { return sums_; }
  Index padded_width() const { return padded_; }
  double product(Index i, Index j) const { return sums_[static_cast<std::size_t>(i * padded_ + j)]; }
  double column_sum(Index j) const { return sums_[static_cast<std::size_t>(padded_ * padded_ + j)]; }

  /// The largest |y| of each column so far; NaN where a y was NaN.
  std::vector<float> largest() const;

 private:
  struct Panel {
    Index rows = 0;
  };
  void pack(const RowView& panel, float* to);
  void multiply();

  Index d_, padded_;
  ColumnMap map_;  // padded by zeros
  double start_;
  Index panel_capacity_;
  std::vector<Panel> waiting_;
  const std::byte* next_ = nullptr;  // where the next panel probably lies
  Index next_bytes_ = 0;
  AlignedVector<float> packed_;
  AlignedVector<double> sums_;
  AlignedVector<float> column_sums_;      // of the panel that is being packed
  AlignedVector<std::uint32_t> largest_;  // |y| as bits, whose order is that of the numbers; NaN above all
  AlignedVector<float> converted_;        // rows that are no floats
};

}  // namespace shoal
