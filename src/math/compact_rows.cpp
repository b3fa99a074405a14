#include "shoal/math/compact_rows.hpp"

#include <algorithm>
#include <cmath>

#include "nearest_lanes.hpp"

namespace shoal {
namespace {

constexpr Index widest = 10;
constexpr Index lines_ahead = 128;  // 8 KiB

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

inline Lanes even_column(const LaneNumbers& pair) {
  return __builtin_convertvector((pair << 16) >> 16, Lanes);
}
inline Lanes odd_column(const LaneNumbers& pair) {
  return __builtin_convertvector(pair >> 16, Lanes);
}

/// Two groups x, y (pairs) against `width` centres, packed (2 pairs, width).
template <int width>
void scan_tile(const LaneNumbers* x, const LaneNumbers* y, Index pairs, const float* packed, const float* half,
               std::int32_t number, NearestTwo (&best)[2]) {
  Lanes a[width], b[width];
#pragma GCC unroll 10
  for (int t = 0; t < width; ++t) a[t] = b[t] = broadcast(half[t]);
  const auto subtract = [&](const Lanes& v, const Lanes& w) {
#pragma GCC unroll 10
    for (int t = 0; t < width; ++t) {
      const Lanes c = broadcast(packed[t]);
      a[t] -= c * v;
      b[t] -= c * w;
    }
    packed += width;
  };
  for (Index p = 0; p < pairs; ++p) {
    __builtin_prefetch(x + p + lines_ahead);
    __builtin_prefetch(y + p + lines_ahead);
    subtract(even_column(x[p]), even_column(y[p]));
    subtract(odd_column(x[p]), odd_column(y[p]));
  }
  NearestTwo best_of_x = best[0], best_of_y = best[1];
#pragma GCC unroll 10
  for (int t = 0; t < width; ++t) {
    take(a[t], number + t, best_of_x);
    take(b[t], number + t, best_of_y);
  }
  best[0] = best_of_x;
  best[1] = best_of_y;
}

using ScanTile = void (*)(const LaneNumbers*, const LaneNumbers*, Index, const float*, const float*, std::int32_t,
                          NearestTwo (&)[2]);
constexpr ScanTile scan_tiles[] = {scan_tile<1>, scan_tile<2>, scan_tile<3>, scan_tile<4>, scan_tile<5>,
                                   scan_tile<6>, scan_tile<7>, scan_tile<8>, scan_tile<9>, scan_tile<10>};

/// Calls visit(begin, end) for tiles of at most `widest` of k centres, of nearly equal width.
template <class Visit>
void for_tiles(Index k, Visit&& visit) {
  const Index tiles = (k + widest - 1) / widest;
  for (Index tile = 0; tile < tiles; ++tile) visit(tile * k / tiles, (tile + 1) * k / tiles);
}

}  // namespace

CompactRows::CompactRows(const RowFrame& frame, Index count, const VectorD& reach, double farthest)
    : frame_(frame), farthest_(farthest), lanes_(at(frame.width())) {
  constexpr double most = 32766;  // leaves room for rounding
  double square = 0;
  for (const double r : reach) {
    const auto step = std::max(static_cast<float>(r / most), 0x1p-120f);
    steps_.push_back(step);
    inverse_.push_back(1 / step);
    square += double{step} * step;
  }
  // Half a step, and what rounding to float and dividing by the step err by: 2^-24 |y| and less than 2^-8 of a step.
  error_ = 0.51 * std::sqrt(square) + 0x1p-22 * farthest;
  words_.resize(at((count + lane_count - 1) / lane_count * pairs()));
}

void CompactRows::take(const RowView& rows, Index first) {
  const Index d = width();
  for (Index i = 0; i < rows.count; i += lane_count) {
    frame_.load(rows, i, std::min(lane_count, rows.count - i), lanes_.data());
    LaneNumbers* words = words_.data() + (first + i) / lane_count * pairs();
    for (Index j = 0; j < d; j += 2) {
      const auto q = [&](Index column) { return nearest_whole(lanes_[at(column)] * inverse_[at(column)]); };
      words[j / 2] = (q(j) & 0xffff) | (j + 1 < d ? q(j + 1) << 16 : LaneNumbers{});
    }
  }
}

double CompactRows::bytes(Index rows, Index columns) {
  const Index words = (rows + lane_count - 1) / lane_count * ((columns + 1) / 2);
  return static_cast<double>(words) * sizeof(LaneNumbers);
}

CompactCenters::CompactCenters(const MatrixD& centers, const RowFrame& frame, const CompactRows& rows) : rows_(rows) {
  const Index d = centers.cols();
  const auto placed = [&](Index c, Index j) {
    return centers(c, j) * frame.scale - static_cast<double>(frame.origin[at(j)]);
  };
  double largest = 0;
  for (Index c = 0; c < centers.rows(); ++c) {
    double square = 0;
    for (Index j = 0; j < d; ++j) square += placed(c, j) * placed(c, j);
    half_.push_back(static_cast<float>(square / 2));
    largest = std::max(largest, square);
  }
  for_tiles(centers.rows(), [&](Index begin, Index end) {
    for (Index j = 0; j < 2 * rows.pairs(); ++j)
      for (Index c = begin; c < end; ++c)
        packed_.push_back(j < d ? static_cast<float>(placed(c, j) * double{rows.steps()[at(j)]}) : 0.0f);
  });
  const double terms = 0x1p-23 * static_cast<double>(d + 4), length = std::sqrt(largest);
  error_ = static_cast<float>((terms * (length / 2 + rows.farthest() + rows.error()) + rows.error()) * length * 1.001 +
                              0x1p-100 + rows.farthest() * rows.farthest() * double{error_of_doubles(d)});
}

void CompactCenters::scan(Index first, bool more, NearestTwo (&best)[2]) const {
  const LaneNumbers* x = rows_.group(first);
  const LaneNumbers* y = more ? rows_.group(first + lane_count) : x;
  const float* packed = packed_.data();
  for_tiles(static_cast<Index>(half_.size()), [&](Index begin, Index end) {
    const Index width = end - begin;
    scan_tiles[width - 1](x, y, rows_.pairs(), packed, half_.data() + begin, static_cast<std::int32_t>(begin), best);
    packed += 2 * rows_.pairs() * width;
  });
}

}  // namespace shoal
