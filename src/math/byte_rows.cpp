#include "shoal/math/byte_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "nearest_lanes.hpp"
#include "shoal/math/center_tiles.hpp"
#include "tiled_points.hpp"
#include "widen.hpp"

namespace shoal {
namespace {

constexpr int widest = 8;
constexpr float infinity = std::numeric_limits<float>::infinity();

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

/// below[t] of each lane: whether the score of point t is below the lane's threshold. True if any is.
template <int points>
bool compare(const Lanes* x, Index d, const float* packed, const float* half, const Lanes& threshold,
             LaneNumbers* below) {
  Lanes score[points];
#pragma GCC unroll 8
  for (int t = 0; t < points; ++t) score[t] = broadcast(half[t]);
  for (Index j = 0; j < d; ++j, packed += points) {
    const Lanes v = x[j];
#pragma GCC unroll 8
    for (int t = 0; t < points; ++t) score[t] -= packed[t] * v;
  }
  LaneNumbers any{};
#pragma GCC unroll 8
  for (int t = 0; t < points; ++t) {
    below[t] = score[t] < threshold;
    any |= below[t];
  }
  return any_lane(any);
}

constexpr Index fewest_tiled = 16, most_tiled = 1 << 16;  // above, sums could leave 32 bits

Index words_of(Index d) {
  return (d + 3) / 4;
}

using Compare = bool (*)(const Lanes*, Index, const float*, const float*, const Lanes&, LaneNumbers*);
constexpr Compare compares[] = {compare<1>, compare<2>, compare<3>, compare<4>,
                                compare<5>, compare<6>, compare<7>, compare<8>};

}  // namespace

ByteRows::ByteRows(const RowFrame& frame, Index count, std::vector<float> low, const std::vector<float>& high)
    : d_(frame.width()),
      tiled_(has_byte_tiles() && d_ >= fewest_tiled && d_ <= most_tiled),
      frame_(frame),
      low_(std::move(low)) {
  const Index padded = (count + lane_count - 1) / lane_count * lane_count;
  for (std::size_t j = 0; j < low_.size(); ++j) step_.push_back(std::max(0.0f, high[j] - low_[j]) / 255);
  bytes_.resize(offset(padded, 0) + (tiled_ ? tile_bytes : 0));
  square_.resize(at(padded), 0);
  residual_.resize(at(padded), 0);
  threshold_.resize(at(padded), -infinity);
}

std::size_t ByteRows::offset(Index row, Index column) const {
  const Index group = row / lane_count, lane = row % lane_count;
  if (!tiled_) return at((group * d_ + column) * lane_count + lane);
  return at((group * words_of(d_) + column / 4) * 4 * lane_count + lane * 4 + column % 4);
}

void ByteRows::take(const RowView& rows, Index first) {
  AlignedVector<Lanes> group(at(d_));
  for (Index i = 0; i < rows.count; i += lane_count) {
    frame_.load(rows, i, std::min(lane_count, rows.count - i), group.data());
    double square[lane_count]{}, residual[lane_count]{};
    for (Index j = 0; j < d_; ++j) {
      const double low = low_[at(j)], step = step_[at(j)];
      for (Index lane = 0; lane < lane_count; ++lane) {
        const double y = group[at(j)][lane];
        const double q = step > 0 ? std::clamp(std::nearbyint((y - low) / step), 0.0, 255.0) : 0.0;
        const double rounded = low + step * q;
        bytes_[offset(first + i + lane, j)] = static_cast<std::uint8_t>(q);
        square[lane] += rounded * rounded;
        residual[lane] += (y - rounded) * (y - rounded);
      }
    }
    for (Index lane = 0; lane < std::min(lane_count, rows.count - i); ++lane) {
      square_[at(first + i + lane)] = static_cast<float>(square[lane]);
      // y itself is rounded: twice 2^-24 |y|.
      residual_[at(first + i + lane)] =
          static_cast<float>(std::sqrt(residual[lane]) + 0x1p-22 * std::sqrt(square[lane])) + 2e-18f;
      threshold_[at(first + i + lane)] = infinity;
    }
  }
}

void ByteRows::set_distance(Index row, float distance) {
  // The distance is known, and will be compared, to within (d / 16 + 8) 2^-24 (RowFrame).
  const double within = static_cast<double>(distance) * (1 + 0x1p-23 * static_cast<double>(d_ + 16)) +
                        static_cast<double>(residual_[at(row)]);
  const double square = square_[at(row)];
  threshold_[at(row)] = static_cast<float>((within * within - square) / 2 + 0x1p-21 * (square + within * within));
}

// What rounding makes of a score: d products of at most 255 step |c_j|, which make up at most |255 step| |c|, each
// rounded twice and added once. `largest`: |c| of the points.
float ByteRows::score_error(double largest) const {
  double reach = 0, low = 0;
  for (Index j = 0; j < d_; ++j) {
    reach += 255.0 * step_[at(j)] * 255.0 * step_[at(j)];
    low += static_cast<double>(low_[at(j)]) * low_[at(j)];
  }
  return static_cast<float>(
      0x1p-23 * static_cast<double>(d_ + 4) * largest * (std::sqrt(reach) + largest + std::sqrt(low)) + 0x1p-100);
}

void ByteRows::for_candidates(const float* points, Index m, Index first, Index count,
                              const std::function<void(Index row, Index t)>& maybe) const {
  const Index widest_here = tiled_ ? lane_count : widest;
  AlignedVector<Lanes> x(at(tiled_ ? 0 : d_));
  std::vector<float> packed, half(at(widest_here));
  for (Index from = 0; from < m; from += widest_here) {
    const Index here = std::min<Index>(widest_here, m - from);
    packed.assign(at(d_ * here), 0);
    double largest = 0;
    for (Index t = 0; t < here; ++t) {
      const float* point = points + (from + t) * d_;
      double constant = 0, square = 0;
      for (Index j = 0; j < d_; ++j) {
        const double c = point[j];
        constant += c * (c / 2 - static_cast<double>(low_[at(j)]));
        square += c * c;
        packed[at(tiled_ ? t * d_ + j : j * here + t)] = static_cast<float>(c * static_cast<double>(step_[at(j)]));
      }
      half[at(t)] = static_cast<float>(constant);
      largest = std::max(largest, std::sqrt(square));
    }
    const auto tell = [&](Index row, const LaneNumbers* below) {
      const Index end = std::min(lane_count, first + count - row);
      for (Index lane = 0; lane < end; ++lane)
        for (Index t = 0; t < here; ++t)
          if (below[t][lane]) maybe(row + lane, from + t);
    };
    const float error = score_error(largest);
    if (tiled_) {
      by_tiles(packed, half, here, first, count, error, tell);
    } else {
      const Compare compare = compares[here - 1];
      for (Index row = first; row < first + count; row += lane_count) {
        widen(bytes_.data() + row * d_, d_ * lane_count, reinterpret_cast<float*>(x.data()));
        Lanes threshold;
        std::memcpy(&threshold, &threshold_[at(row)], sizeof threshold);
        LaneNumbers below[widest];
        if (compare(x.data(), d_, packed.data(), half.data(), threshold + error, below)) tell(row, below);
      }
    }
  }
}

template <class Tell>
void ByteRows::by_tiles(const std::vector<float>& values, const std::vector<float>& half, Index m, Index first,
                        Index count, float error, Tell tell) const {
  const TiledPoints points(values, m, d_);
  // Rounding to digits moves an element by half a unit, which up to 255 multiplies.
  error += static_cast<float>(255.0 / 2 * static_cast<double>(d_) / points.scale);
  const auto high = static_cast<float>(256 / points.scale), low = static_cast<float>(1 / points.scale);
  const Index chunks = (d_ + chunk - 1) / chunk, groups = (count + lane_count - 1) / lane_count;
  const TileRegisters registers;
  TiledSums sums;
  for (Index group = 0; group < groups; group += 2) {
    const Index row = first + group * lane_count, live = std::min<Index>(2, groups - group);
    const auto ahead = reinterpret_cast<std::uintptr_t>(&bytes_[offset(row, 0)]) + 8192;
    for (Index line = 0; line < 2 * words_of(d_); ++line)
      __builtin_prefetch(reinterpret_cast<const void*>(ahead + at(line * 64)));  // NOLINT(performance-no-int-to-ptr)
    multiply(points.digits.data(), &bytes_[offset(row, 0)], &bytes_[offset(row + (live - 1) * lane_count, 0)], chunks,
             sums);
    for (Index g = 0; g < live; ++g) {
      Lanes threshold;
      std::memcpy(&threshold, &threshold_[at(row + g * lane_count)], sizeof threshold);
      threshold += error;
      LaneNumbers below[lane_count], any{};
      for (Index t = 0; t < m; ++t) {
        const Lanes score = half[at(t)] - as_numbers(sums.low[g][t]) * low - as_numbers(sums.high[g][t]) * high;
        below[t] = score < threshold;
        any |= below[t];
      }
      if (any_lane(any)) tell(row + g * lane_count, below);
    }
  }
}

}  // namespace shoal
