#include "shoal/math/float_gram.hpp"

#include <cmath>
#include <cstring>

#include "gram_tiles.hpp"

namespace shoal {
namespace {

constexpr Index strip = tile_vectors * lane_count;  // columns that are packed side by side
constexpr Index group_rows = 8;                     // rows that are packed together

using UnalignedLanes = float __attribute__((vector_size(64), aligned(4), may_alias));
using LaneBits = std::uint32_t __attribute__((vector_size(64), may_alias));

Index padded(Index d) {
  return (d + lane_count - 1) / lane_count * lane_count;
}

Index strip_width(Index first, Index width) {
  return std::min(strip, width - first);
}

/// `rows` <= 8 rows of 16 columns: y = scale x - offset to to[i * stride], their sum and largest magnitudes.
template <class RowAt>
void pack_group(RowAt&& row_at, Index rows, const Lanes& scale, const Lanes& offset, float* to, Index stride,
                Lanes& sum, LaneBits& largest) {
  const auto one = [&](Index i) {
    const Lanes y = row_at(i) * scale - offset;
    *reinterpret_cast<Lanes*>(to + i * stride) = y;
    const LaneBits bits = reinterpret_cast<const LaneBits&>(y) & 0x7fffffffu;
    largest = bits > largest ? bits : largest;
    return y;
  };
  if (rows == group_rows) {
    const Lanes a = one(0) + one(1), b = one(2) + one(3), c = one(4) + one(5), d = one(6) + one(7);
    sum += (a + b) + (c + d);
  } else {
    for (Index i = 0; i < rows; ++i) sum += one(i);
  }
}

}  // namespace

ColumnMap ColumnMap::identity(Index d) {
  const auto n = static_cast<std::size_t>(d);
  return {std::vector<float>(n, 1.0f), std::vector<float>(n, 0.0f)};
}

FloatGram::FloatGram(ColumnMap map, int exponent)
    : d_(static_cast<Index>(map.scale.size())),
      padded_(padded(d_)),
      map_(std::move(map)),
      start_(std::ldexp(1.5, exponent)),
      // Several panels a product where columns are many, so that sums travel to memory less often.
      panel_capacity_(std::clamp<Index>(d_ / 128, 1, 8)) {
  const auto width = static_cast<std::size_t>(padded_);
  map_.scale.resize(width, 0.0f);
  map_.offset.resize(width, 0.0f);
  packed_.resize(static_cast<std::size_t>(panel_capacity_ * panel_rows) * width);
  sums_.assign(width * width + width, start_);
  column_sums_.resize(width);
  largest_.resize(width, 0);
}

void FloatGram::add(const RowView& panel) {
  pack(panel, packed_.data() + static_cast<Index>(waiting_.size()) * panel_rows * padded_);
  waiting_.push_back({panel.count});
  next_ = panel.bytes + panel.count * panel.width * static_cast<Index>(size_of(panel.type));
  next_bytes_ = panel_rows * panel.width * static_cast<Index>(size_of(panel.type));
  if (static_cast<Index>(waiting_.size()) == panel_capacity_) multiply();
}

void FloatGram::pack(const RowView& panel, float* to) {
  const auto* rows = reinterpret_cast<const float*>(panel.bytes);
  if (panel.type != ElementType::float32) converted_.resize(static_cast<std::size_t>(group_rows * d_));
  std::fill(column_sums_.begin(), column_sums_.end(), 0.0f);
  for (Index first = 0; first < panel.count; first += group_rows) {
    const Index count = std::min(group_rows, panel.count - first);
    const float* x = rows + first * d_;
    if (panel.type != ElementType::float32) {
      for (Index i = 0; i < count; ++i) panel.to_floats(first + i, converted_.data() + i * d_);
      x = converted_.data();
    }
    for (Index j = 0; j < padded_; j += lane_count) {
      const Index left = j / strip * strip, width = strip_width(left, padded_);
      float* at = to + left * panel_rows + first * width + (j - left);
      const auto load = [&](const std::vector<float>& v) {
        return Lanes(*reinterpret_cast<const UnalignedLanes*>(v.data() + j));
      };
      Lanes& sum = *reinterpret_cast<Lanes*>(column_sums_.data() + j);
      LaneBits& largest = *reinterpret_cast<LaneBits*>(largest_.data() + j);
      const auto whole = [&](Index i) { return Lanes(*reinterpret_cast<const UnalignedLanes*>(x + i * d_ + j)); };
      const auto cut = [&](Index i) {
        Lanes lanes{};
        for (Index l = 0; l < d_ - j; ++l) lanes[l] = x[i * d_ + j + l];
        return lanes;
      };
      if (j + lane_count <= d_)
        pack_group(whole, count, load(map_.scale), load(map_.offset), at, width, sum, largest);
      else
        pack_group(cut, count, load(map_.scale), load(map_.offset), at, width, sum, largest);
    }
  }
  double* sums = sums_.data() + padded_ * padded_;
  const float* terms = column_sums_.data();
  for (Index j = 0; j < padded_; ++j)
    sums[j] += std::bit_cast<double>(std::bit_cast<std::uint64_t>(static_cast<double>(terms[j])) | 1u);
}

void FloatGram::multiply() {
  const auto panels = static_cast<Index>(waiting_.size());
  // Where columns are few, reading rows takes as long as multiplying them: the next panel is asked for meanwhile.
  const Index tiles = padded_ * (padded_ + strip) / (2 * tile_rows * strip) + 1;
  const Index step = panel_capacity_ == 1 ? next_bytes_ / (tiles * panel_rows) : 0;
  const std::byte* ahead = next_;
  for (Index right = 0; right < padded_; right += strip) {
    const Index right_width = strip_width(right, padded_);
    for (Index row = 0; row < right + right_width; row += tile_rows) {
      const Index left = row / strip * strip, left_width = strip_width(left, padded_);
      // On the diagonal, vectors left of it are passed over.
      const Index skipped = left == right ? (row - left) / lane_count : 0;
      const Index vectors = right_width / lane_count - skipped, column = right + skipped * lane_count;
      for (Index p = 0; p < panels; ++p) {
        const float* panel = packed_.data() + p * panel_rows * padded_;
        const float* a = panel + left * panel_rows + (row - left);
        const float* b = panel + right * panel_rows + (column - right);
        const Index rows = waiting_[static_cast<std::size_t>(p)].rows;
        double* to = sums_.data() + row * padded_ + column;
        if (vectors == 3)
          multiply_tile<3>(a, left_width, b, right_width, rows, to, padded_, ahead, step);
        else if (vectors == 2)
          multiply_tile<2>(a, left_width, b, right_width, rows, to, padded_, ahead, step);
        else
          multiply_tile<1>(a, left_width, b, right_width, rows, to, padded_, ahead, step);
        ahead += rows * step;
      }
    }
  }
  waiting_.clear();
}

void FloatGram::finish() {
  if (!waiting_.empty()) multiply();
}

void FloatGram::subtract_start() {
  for (double& sum : sums_) sum -= start_;
  for (Index i = 0; i < padded_; ++i) std::fill_n(sums_.begin() + i * padded_, i, 0.0);
}

std::vector<float> FloatGram::largest() const {
  std::vector<float> values(static_cast<std::size_t>(d_));
  for (std::size_t j = 0; j < values.size(); ++j) values[j] = std::bit_cast<float>(largest_[j]);
  return values;
}

}  // namespace shoal
