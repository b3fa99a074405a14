#include "shoal/math/byte_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "shoal/math/center_tiles.hpp"
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
  std::int32_t bits = 0;
  for (int i = 0; i < lane_count; ++i) bits |= any[i];
  return bits != 0;
}

using Compare = bool (*)(const Lanes*, Index, const float*, const float*, const Lanes&, LaneNumbers*);
constexpr Compare compares[] = {compare<1>, compare<2>, compare<3>, compare<4>,
                                compare<5>, compare<6>, compare<7>, compare<8>};

}  // namespace

ByteRows::ByteRows(const RowFrame& frame, Index count, std::vector<float> low, const std::vector<float>& high)
    : d_(frame.width()), frame_(frame), low_(std::move(low)) {
  const Index padded = (count + lane_count - 1) / lane_count * lane_count;
  for (std::size_t j = 0; j < low_.size(); ++j) step_.push_back(std::max(0.0f, high[j] - low_[j]) / 255);
  bytes_.resize(at(padded * d_));
  square_.resize(at(padded), 0);
  residual_.resize(at(padded), 0);
  threshold_.resize(at(padded), -infinity);
}

void ByteRows::take(const RowView& rows, Index first) {
  AlignedVector<Lanes> group(at(d_));
  for (Index i = 0; i < rows.count; i += lane_count) {
    frame_.load(rows, i, std::min(lane_count, rows.count - i), group.data());
    std::uint8_t* bytes = bytes_.data() + (first + i) * d_;
    double square[lane_count]{}, residual[lane_count]{};
    for (Index j = 0; j < d_; ++j) {
      const double low = low_[at(j)], step = step_[at(j)];
      for (Index lane = 0; lane < lane_count; ++lane) {
        const double y = group[at(j)][lane];
        const double q = step > 0 ? std::clamp(std::nearbyint((y - low) / step), 0.0, 255.0) : 0.0;
        const double rounded = low + step * q;
        bytes[j * lane_count + lane] = static_cast<std::uint8_t>(q);
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

void ByteRows::for_candidates(const float* points, Index m, Index first, Index count,
                              const std::function<void(Index row, Index t)>& maybe) const {
  AlignedVector<Lanes> x(at(d_));
  std::vector<float> packed(at(d_ * widest)), half(widest);
  for (Index from = 0; from < m; from += widest) {
    const Index here = std::min<Index>(widest, m - from);
    double largest = 0;
    for (Index t = 0; t < here; ++t) {
      const float* point = points + (from + t) * d_;
      double constant = 0, square = 0;
      for (Index j = 0; j < d_; ++j) {
        const double c = point[j];
        constant += c * (c / 2 - static_cast<double>(low_[at(j)]));
        square += c * c;
        packed[at(j * here + t)] = static_cast<float>(c * static_cast<double>(step_[at(j)]));
      }
      half[at(t)] = static_cast<float>(constant);
      largest = std::max(largest, std::sqrt(square));
    }
    // d products of at most 255 step |c_j|, which make up at most |255 step| |c|, each rounded twice and added once.
    double reach = 0, low = 0;
    for (Index j = 0; j < d_; ++j) {
      reach += 255.0 * step_[at(j)] * 255.0 * step_[at(j)];
      low += static_cast<double>(low_[at(j)]) * low_[at(j)];
    }
    const auto error = static_cast<float>(
        0x1p-23 * static_cast<double>(d_ + 4) * largest * (std::sqrt(reach) + largest + std::sqrt(low)) + 0x1p-100);
    const Compare compare = compares[here - 1];
    for (Index row = first; row < first + count; row += lane_count) {
      widen(bytes_.data() + row * d_, d_ * lane_count, reinterpret_cast<float*>(x.data()));
      Lanes threshold;
      std::memcpy(&threshold, &threshold_[at(row)], sizeof threshold);
      LaneNumbers below[widest];
      if (!compare(x.data(), d_, packed.data(), half.data(), threshold + error, below)) continue;
      const Index end = std::min(lane_count, first + count - row);
      for (Index lane = 0; lane < end; ++lane)
        for (Index t = 0; t < here; ++t)
          if (below[t][lane]) maybe(row + lane, from + t);
    }
  }
}

}  // namespace shoal
