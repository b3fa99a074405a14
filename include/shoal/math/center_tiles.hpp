#pragma once
#include <bit>
#include <cstdint>
#include <vector>

#include "shoal/math/row_frame.hpp"

namespace shoal {

/// 32-bit whole numbers of 16 rows.
using LaneNumbers = std::int32_t __attribute__((vector_size(64)));

/// Whether a bit is set in any lane.
inline bool any_lane(const LaneNumbers& v) {
  using Eight = std::int32_t __attribute__((vector_size(32)));
  using Two = long long __attribute__((vector_size(16)));
  const Eight a = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) |
                  __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  const auto b =
      std::bit_cast<Two>(__builtin_shufflevector(a, a, 0, 1, 2, 3) | __builtin_shufflevector(a, a, 4, 5, 6, 7));
  return (b[0] | b[1]) != 0;
}

/// The two least scores of 16 rows, and which centre the least belongs to.
struct NearestTwo {
  Lanes first, second;
  LaneNumbers center{};
  NearestTwo();
};

/// Times |y|^2, what squared distances in double can err by, as an error of scores, for rows of d numbers: which of two
/// distances is the smaller in double is certain only where they differ by more. Each is right to (d + 3) 2^-53 of
/// itself, and at most 2 |y|^2 + 2 |c|^2; two of them, as scores halved, and an error for either score: (d + 3) 2^-53
/// (|y|^2 + |c|^2). That of |c|^2 is nothing beside what floats lose of it, but |y|^2 can be much larger. Twice that.
inline float error_of_doubles(Index d) {
  return static_cast<float>(d + 8) * 0x1p-52f;
}

/// Centres in tiles that fill the registers, for comparing them with 32 rows at a time.
///
/// The score of centre c for row y is |c|^2 / 2 - y c, which orders centres as |y - c|^2 = |y|^2 + 2 score does, at one
/// multiply-add a feature. Centres come in groups of neighbours, which can be scanned one by one.
class CenterTiles {
 public:
  /// Rows that are compared at a time: two lane groups.
  static constexpr Index batch_rows = 2 * lane_count;

  /// `centers` (k, d), in the rows' own units. `groups`: which centres belong together, each exactly once.
  CenterTiles(const MatrixD& centers, const RowFrame& frame, const std::vector<std::vector<std::int32_t>>& groups);

  Index groups() const { return static_cast<Index>(first_tile_.size()) - 1; }

  /// Compares two lane groups, x[0 .. d) and x[d .. 2 d), with the centres of groups [begin, end).
  void scan(const Lanes* x, Index begin, Index end, NearestTwo (&best)[2]) const;

  /// What a score of a row with |y| <= norm can be off at most, relative to exact arithmetic: with u = 2^-24, C the
  /// largest |c|: rounding y and c errs by 2 u |y| C, d multiply-adds by d u (C^2 / 2 + |y| C), C^2 / 2 itself by u C^2
  /// / 2. Twice that, which leaves room for second-order terms. And error_of_doubles: two scores that are further apart
  /// than twice this order the centres as squared_distance does, not only as exact arithmetic would.
  float error(float norm) const { return constant_error_ + norm * (norm_error_ + norm * square_error_); }
  /// The same of 16 rows with |y| <= norms.
  Lanes errors(const float* norms) const;

  /// Centre c in the frame, (d).
  const float* center(Index c) const { return rows_.data() + c * d_; }
  float largest_norm() const { return largest_norm_; }

 private:
  struct Tile {
    Index width, packed, number;
  };
  void pack(const std::vector<std::int32_t>& group, const std::vector<float>& halves);

  Index d_;
  AlignedVector<float> rows_;    // (k, d)
  AlignedVector<float> packed_;  // tile by tile: (d, width)
  AlignedVector<float> half_;    // |c|^2 / 2 as they stand in tiles
  std::vector<std::int32_t> numbers_;
  std::vector<Tile> tiles_;
  std::vector<Index> first_tile_;  // of each group, and behind the last
  float largest_norm_ = 0, constant_error_ = 0, norm_error_ = 0, square_error_ = 0;
};

}  // namespace shoal
