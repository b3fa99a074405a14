#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shoal/core/lanes.hpp"
#include "shoal/core/row_data.hpp"
#include "shoal/math/float_gram.hpp"

namespace shoal {

/// The instructions that multiply bytes. All give the same bits: the sums are integers.
enum class BytePath {
  amx,    ///< Intel's int8 tiles: 16 x 16 sums of 64 products an instruction
  vnni,   ///< AVX-512's byte products: 16 sums of 4 products an instruction
  floats  ///< FloatGram's kernel, whose float sums over 256 rows of bytes are exact: 256 * 255^2 < 2^24
};

/// "amx", "vnni", "floats".
std::string name_of(BytePath path);

/// True where this processor, and the system, allow the path. The first question about AMX asks the system's permission
/// for the whole process.
bool is_available(BytePath path);

/// The fastest one that is.
BytePath fastest_byte_path();

/// sum_i x_i x_i^T and sum_i x_i over rows of d bytes, exactly: integers, held in doubles (exact below 2^53, that is up
/// to 10^11 rows). Order, grouping, ranks and instructions play no part in them. Not collective.
class ByteGram {
 public:
  explicit ByteGram(Index d, BytePath path = fastest_byte_path());

  /// Adds rows of uint8, any number at a time.
  void add(const RowView& rows);

  /// Multiplies what still waits. To be called after the last `add`, before the members below.
  void finish();

  Index width() const { return d_; }

  /// (padded width)^2 sums of products, row-major, upper triangle (what lies below is of no meaning); behind them the
  /// padded_width() sums of x. One vector, to be summed over ranks in one call.
  std::span<double> sums() { return sums_; }
  Index padded_width() const { return padded_; }
  double product(Index i, Index j) const { return sums_[static_cast<std::size_t>(i * padded_ + j)]; }
  double column_sum(Index j) const { return sums_[static_cast<std::size_t>(padded_ * padded_ + j)]; }

 private:
  void add_column_sums(const RowView& rows);
  void multiply();

  Index d_, padded_;
  BytePath path_;
  std::optional<FloatGram> floats_;
  Index capacity_, waiting_ = 0;              // rows that are staged
  AlignedVector<std::uint8_t> staged_;        // (capacity, d)
  AlignedVector<std::uint8_t> left_, right_;  // as the instructions want the factors
  AlignedVector<double> sums_;
};

}  // namespace shoal
