#include "shoal/math/nearest_center.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "shoal/math/lane_rows.hpp"
#include "widen.hpp"

namespace shoal {
namespace {

using LaneNumbers = std::int32_t __attribute__((vector_size(64)));
using Doubles = double __attribute__((vector_size(64)));
constexpr Index widest_tile = 8;

/// The best centre so far of 16 rows, its squared distance and that of the second best.
struct Best {
  Lanes first = broadcast(std::numeric_limits<float>::infinity());
  Lanes second = broadcast(std::numeric_limits<float>::infinity());
  LaneNumbers label{};
};

/// Compares 16 rows x (d) with `tile` centres (tile, d), the first of which has number `number`.
template <int tile>
void compare(const Lanes* x, const float* centers, Index d, std::int32_t number, Best& best) {
  Lanes sum[tile];
#pragma GCC unroll 8
  for (int t = 0; t < tile; ++t) sum[t] = Lanes{};
  for (Index j = 0; j < d; ++j) {
    const Lanes v = x[j];
#pragma GCC unroll 8
    for (int t = 0; t < tile; ++t) {
      const Lanes difference = v - centers[t * d + j];
      sum[t] += difference * difference;
    }
  }
#pragma GCC unroll 8
  for (int t = 0; t < tile; ++t) {
    const LaneNumbers nearer = sum[t] < best.first;
    const Lanes behind = sum[t] < best.second ? sum[t] : best.second;
    best.second = nearer ? best.first : behind;
    best.first = nearer ? sum[t] : best.first;
    best.label = nearer ? LaneNumbers{} + (number + t) : best.label;
  }
}

void compare(const Lanes* x, const float* centers, Index d, std::int32_t number, Index tile, Best& best) {
  switch (tile) {
    case 1:
      return compare<1>(x, centers, d, number, best);
    case 2:
      return compare<2>(x, centers, d, number, best);
    case 3:
      return compare<3>(x, centers, d, number, best);
    case 4:
      return compare<4>(x, centers, d, number, best);
    case 5:
      return compare<5>(x, centers, d, number, best);
    case 6:
      return compare<6>(x, centers, d, number, best);
    case 7:
      return compare<7>(x, centers, d, number, best);
    default:
      return compare<8>(x, centers, d, number, best);
  }
}

/// Twice what float arithmetic can err in a squared distance D^2. Rounding x and c relative to the origin errs by
/// u (|x| + |c|) <= u (D + 2C) in length, their difference by u D, hence by 4 u D (D + C) in the square; the sum by (d
/// + 2) u D^2.
float margin(float squared, float largest_norm, Index d) {
  constexpr float u = 0x1p-23f;       // twice the unit roundoff: room for the second-order terms
  constexpr float least = 0x1p-126f;  // below it, squares lose digits
  return 2 * u * (static_cast<float>(d + 6) * squared + 4 * std::sqrt(squared) * largest_norm) +
         static_cast<float>(d) * least;
}

/// x_j - c_j of eight columns.
inline Doubles difference(const double* x, const double* c) {
  Doubles values, center;
  std::memcpy(&values, x, sizeof values);
  std::memcpy(&center, c, sizeof center);
  return values - center;
}
inline Doubles difference(const float* x, const double* c) {
  using Floats = float __attribute__((vector_size(32)));
  Floats values;
  Doubles center;
  std::memcpy(&values, x, sizeof values);
  std::memcpy(&center, c, sizeof center);
  return __builtin_convertvector(values, Doubles) - center;
}

/// sum_j (x_j - c_j)^2, always in the same order.
struct SquareSum {
  Doubles even{}, odd{};
  double rest = 0;

  /// All parts but the last have a multiple of 16 columns.
  template <class T>
  void add(const T* x, const double* c, Index columns) {
    Index j = 0;
    for (; j + 16 <= columns; j += 16) {
      const Doubles a = difference(x + j, c + j), b = difference(x + j + 8, c + j + 8);
      even += a * a;
      odd += b * b;
    }
    if (j + 8 <= columns) {
      const Doubles a = difference(x + j, c + j);
      even += a * a;
      j += 8;
    }
    for (; j < columns; ++j) {
      const double a = static_cast<double>(x[j]) - c[j];
      rest += a * a;
    }
  }

  double total() const {
    const Doubles s = even + odd;
    return (((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))) + rest;
  }
};

double squared(const std::uint8_t* x, const double* c, Index d) {
  constexpr Index strip = 256;
  alignas(64) double wide[strip];
  SquareSum sum;
  for (Index begin = 0; begin < d; begin += strip) {
    const Index columns = std::min(strip, d - begin);
    widen(x + begin, columns, wide);
    sum.add(wide, c + begin, columns);
  }
  return sum.total();
}

}  // namespace

double squared_distance(const float* x, const double* c, Index d) {
  SquareSum sum;
  sum.add(x, c, d);
  return sum.total();
}

double squared_distance(const RowView& rows, Index row, const double* c) {
  if (rows.type == ElementType::uint8)
    return squared(reinterpret_cast<const std::uint8_t*>(rows.bytes) + row * rows.width, c, rows.width);
  return squared_distance(reinterpret_cast<const float*>(rows.bytes) + row * rows.width, c, rows.width);
}

NearestCenter::NearestCenter(const MatrixD& centers)
    : centers_(centers),
      origin_(static_cast<std::size_t>(centers.cols())),
      shifted_(static_cast<std::size_t>(centers.size())) {
  const Index k = centers.rows(), d = centers.cols();
  for (Index j = 0; j < d; ++j) {
    double middle = 0;
    for (Index c = 0; c < k; ++c) middle += centers(c, j) / static_cast<double>(k);
    origin_[static_cast<std::size_t>(j)] = static_cast<float>(middle);
  }
  for (Index c = 0; c < k; ++c) {
    double square = 0;
    for (Index j = 0; j < d; ++j) {
      const double shifted = centers(c, j) - static_cast<double>(origin_[static_cast<std::size_t>(j)]);
      shifted_[static_cast<std::size_t>(c * d + j)] = static_cast<float>(shifted);
      square += shifted * shifted;
    }
    largest_norm_ = std::max(largest_norm_, static_cast<float>(std::sqrt(square)));
  }
}

std::int32_t NearestCenter::find_in_double(const float* row) const {
  std::int32_t label = 0;
  double nearest = squared_distance(row, centers_.data(), centers_.cols());
  for (Index c = 1; c < centers_.rows(); ++c) {
    const double distance = squared_distance(row, centers_.row(c).data(), centers_.cols());
    if (distance < nearest) {
      nearest = distance;
      label = static_cast<std::int32_t>(c);
    }
  }
  return label;
}

void NearestCenter::find(const float* rows, Index count, std::span<std::int32_t> labels,
                         std::span<float> second) const {
  const Index k = centers_.rows(), d = centers_.cols();
  if (k == 1) {
    std::fill(labels.begin(), labels.end(), 0);
    std::fill(second.begin(), second.end(), std::numeric_limits<float>::infinity());
    return;
  }
  const Index tiles = (k + widest_tile - 1) / widest_tile;
  AlignedVector<Lanes> group(static_cast<std::size_t>(d));
  for (Index first = 0; first < count; first += lane_count) {
    const Index here = std::min(lane_count, count - first);
    load_lane_rows(rows + first * d, here, d, group.data());
    for (Index j = 0; j < d; ++j) group[static_cast<std::size_t>(j)] -= origin_[static_cast<std::size_t>(j)];
    Best best;
    for (Index tile = 0; tile < tiles; ++tile) {  // tiles of nearly equal width
      const Index begin = tile * k / tiles, end = (tile + 1) * k / tiles;
      compare(group.data(), shifted_.data() + begin * d, d, static_cast<std::int32_t>(begin), end - begin, best);
    }
    if (!second.empty())
      std::memcpy(&second[static_cast<std::size_t>(first)], &best.second,
                  static_cast<std::size_t>(here) * sizeof(float));
    for (Index i = 0; i < here; ++i) {
      const float gap = best.second[i] - best.first[i];
      const bool certain = gap > margin(best.second[i], largest_norm_, d);  // false for NaN, from overflow
      labels[static_cast<std::size_t>(first + i)] = certain ? best.label[i] : find_in_double(rows + (first + i) * d);
    }
  }
}

}  // namespace shoal
