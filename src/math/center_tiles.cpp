#include "shoal/math/center_tiles.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nearest_lanes.hpp"

namespace shoal {
namespace {

constexpr int widest = 10;

/// Two lane groups x, y (d) against `width` centres, packed (d, width).
template <int width>
void scan_tile(const Lanes* x, const Lanes* y, Index d, const float* packed, const float* half,
               const std::int32_t* numbers, NearestTwo (&best)[2]) {
  Lanes a[width], b[width];
#pragma GCC unroll 10
  for (int t = 0; t < width; ++t) a[t] = b[t] = broadcast(half[t]);
  for (Index j = 0; j < d; ++j, packed += width) {
    const Lanes v = x[j], w = y[j];
#pragma GCC unroll 10
    for (int t = 0; t < width; ++t) {
      const Lanes c = broadcast(packed[t]);
      a[t] -= c * v;
      b[t] -= c * w;
    }
  }
  NearestTwo best_of_x = best[0], best_of_y = best[1];  // in registers, where no other pointer can reach them
#pragma GCC unroll 10
  for (int t = 0; t < width; ++t) {
    take(a[t], numbers[t], best_of_x);
    take(b[t], numbers[t], best_of_y);
  }
  best[0] = best_of_x;
  best[1] = best_of_y;
}

using ScanTile = void (*)(const Lanes*, const Lanes*, Index, const float*, const float*, const std::int32_t*,
                          NearestTwo (&)[2]);
constexpr ScanTile scan_tiles[] = {scan_tile<1>, scan_tile<2>, scan_tile<3>, scan_tile<4>, scan_tile<5>,
                                   scan_tile<6>, scan_tile<7>, scan_tile<8>, scan_tile<9>, scan_tile<10>};

}  // namespace

NearestTwo::NearestTwo()
    : first(broadcast(std::numeric_limits<float>::infinity())),
      second(broadcast(std::numeric_limits<float>::infinity())) {}

CenterTiles::CenterTiles(const MatrixD& centers, const RowFrame& frame,
                         const std::vector<std::vector<std::int32_t>>& groups)
    : d_(centers.cols()), rows_(static_cast<std::size_t>(centers.size())) {
  std::vector<float> halves;
  double largest = 0;
  for (Index c = 0; c < centers.rows(); ++c) {
    double square = 0;
    for (Index j = 0; j < d_; ++j) {
      const double y = centers(c, j) * frame.scale - static_cast<double>(frame.origin[static_cast<std::size_t>(j)]);
      rows_[static_cast<std::size_t>(c * d_ + j)] = static_cast<float>(y);
      square += y * y;
    }
    halves.push_back(static_cast<float>(square / 2));
    largest = std::max(largest, square);
  }
  packed_.reserve(rows_.size());
  for (const auto& group : groups) {
    first_tile_.push_back(static_cast<Index>(tiles_.size()));
    pack(group, halves);
  }
  first_tile_.push_back(static_cast<Index>(tiles_.size()));
  constexpr double u = 0x1p-23;
  const double terms = u * static_cast<double>(d_ + 4);
  constant_error_ = static_cast<float>(terms * largest / 2 + 0x1p-100);
  norm_error_ = static_cast<float>(terms * std::sqrt(largest));
  square_error_ = error_of_doubles(d_);
  largest_norm_ = static_cast<float>(std::sqrt(largest) * (1 + u));
}

void CenterTiles::pack(const std::vector<std::int32_t>& group, const std::vector<float>& halves) {
  const auto k = static_cast<Index>(group.size());
  const Index tiles = (k + widest - 1) / widest;
  for (Index tile = 0; tile < tiles; ++tile) {  // of nearly equal width
    const Index begin = tile * k / tiles, end = (tile + 1) * k / tiles;
    tiles_.push_back({end - begin, static_cast<Index>(packed_.size()), static_cast<Index>(numbers_.size())});
    for (Index c = begin; c < end; ++c) {
      numbers_.push_back(group[static_cast<std::size_t>(c)]);
      half_.push_back(halves[static_cast<std::size_t>(numbers_.back())]);
    }
    for (Index j = 0; j < d_; ++j)
      for (Index c = begin; c < end; ++c) packed_.push_back(center(group[static_cast<std::size_t>(c)])[j]);
  }
}

Lanes CenterTiles::errors(const float* norms) const {
  const Lanes norm = sixteen(norms);
  return norm * (norm * square_error_ + norm_error_) + constant_error_;
}

void CenterTiles::scan(const Lanes* x, Index begin, Index end, NearestTwo (&best)[2]) const {
  for (Index t = first_tile_[static_cast<std::size_t>(begin)]; t < first_tile_[static_cast<std::size_t>(end)]; ++t) {
    const Tile& tile = tiles_[static_cast<std::size_t>(t)];
    scan_tiles[tile.width - 1](x, x + d_, d_, packed_.data() + tile.packed, half_.data() + tile.number,
                               numbers_.data() + tile.number, best);
  }
}

}  // namespace shoal
