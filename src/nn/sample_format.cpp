#include "shoal/nn/sample_format.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "shoal/core/transpose.hpp"

namespace shoal {
namespace {

// Scales one row into values[element * step], in the network's order. One arithmetic for all callers: same bits.
void scale_row(const SampleFormat& f, const float* row, float* values, Index step) {
  const Index pixels = f.shape.pixels();
  for (Index c = 0; c < f.shape.channels; ++c) {
    const auto offset = static_cast<float>(f.offset[static_cast<std::size_t>(c)]);
    const auto scale = static_cast<float>(f.scale[static_cast<std::size_t>(c)]);
    for (Index p = 0; p < pixels; ++p) values[(c * pixels + p) * step] = (row[f.position(c, p)] - offset) * scale;
  }
}

using LaneWords = std::int32_t __attribute__((vector_size(64)));

// The first `count` of a vector's elements, then zeros.
template <class Element, class Vector>
void copy(const Element* from, Index count, Vector& to) {
  if (count == static_cast<Index>(sizeof to / sizeof(Element))) {
    std::memcpy(&to, from, sizeof to);
    return;
  }
  to = Vector{};
  std::memcpy(&to, from, static_cast<std::size_t>(count) * sizeof(Element));
}

// Sixteen samples' elements, some at a time: transposed, one vector of floats an element. Bytes travel in fours, as
// words, and are taken apart afterwards: 64 vectors take 64 shuffles.
struct ByteRows {
  static constexpr Index at_once = 64;
  std::array<const std::byte*, lane_count> rows;
  template <class Take>
  void read(Index at, Index count, Take take) const {
    // Sixteen rows from here and there are more than the processor foresees.
    constexpr Index ahead = 4 * at_once;
    LaneWords words[lane_count];
    for (std::size_t l = 0; l < rows.size(); ++l) {
      __builtin_prefetch(rows[l] + at + ahead);
      copy(rows[l] + at, count, words[l]);
    }
    transpose(words);
    for (Index i = 0; i < count; i += 4) {
      const LaneWords four = words[i / 4];
#pragma GCC unroll 4
      for (Index b = 0; b < 4; ++b)
        if (i + b < count) take(__builtin_convertvector((four >> static_cast<int>(8 * b)) & 255, Lanes));
    }
  }
};

struct FloatRows {
  static constexpr Index at_once = lane_count;
  std::array<const float*, lane_count> rows;
  template <class Take>
  void read(Index at, Index count, Take take) const {
    Lanes values[lane_count];
    for (std::size_t l = 0; l < rows.size(); ++l) copy(rows[l] + at, count, values[l]);
    transpose(values);
    for (Index i = 0; i < count; ++i) take(values[i]);
  }
};

// Offset and scale of each channel as vectors; the scale of lanes that hold no sample is zero.
struct ChannelScale {
  Lanes offset, scale;
};

// Kept until the next call: one allocation a thread, not one a group.
const ChannelScale* channel_scales(const SampleFormat& f, std::size_t samples) {
  thread_local AlignedVector<ChannelScale> channels;
  channels.clear();
  for (std::size_t c = 0; c < f.offset.size(); ++c) {
    channels.push_back({broadcast(static_cast<float>(f.offset[c])), Lanes{}});
    for (std::size_t l = 0; l < samples; ++l) channels.back().scale[l] = static_cast<float>(f.scale[c]);
  }
  return channels.data();
}

// Scales elements as they come and puts them where the network wants them.
template <bool channels_last, class Rows>
void load_lanes(const Rows& rows, const SampleFormat& f, const ChannelScale* scales, Lanes* x) {
  const Index pixels = f.shape.pixels(), channels = f.shape.channels, size = f.shape.size();
  Index channel = 0, pixel = 0, place = 0;
  for (Index at = 0; at < size; at += Rows::at_once)
    rows.read(at, std::min(Rows::at_once, size - at), [&](const Lanes& value) {
      x[place] = (value - scales[channel].offset) * scales[channel].scale;
      if constexpr (channels_last) {
        place += pixels;
        if (++channel == channels) {
          channel = 0;
          place = ++pixel;
        }
      } else {
        ++place;
        if (++pixel == pixels) {
          pixel = 0;
          ++channel;
        }
      }
    });
}

template <class Rows>
void load_rows(const Rows& rows, const SampleFormat& f, const ChannelScale* scales, Lanes* x) {
  if (f.channels_last && f.shape.channels > 1)
    load_lanes<true>(rows, f, scales, x);
  else
    load_lanes<false>(rows, f, scales, x);
}

}  // namespace

void load_group(const RowView& data, std::span<const Index> rows, const SampleFormat& format, Lanes* x) {
  if (rows.empty()) {
    std::fill_n(x, format.shape.size(), Lanes{});
    return;
  }
  const ChannelScale* scales = channel_scales(format, rows.size());
  const auto row_of_lane = [&](std::size_t l) { return rows[std::min(l, rows.size() - 1)]; };
  if (data.type == ElementType::uint8) {
    ByteRows bytes{};
    for (std::size_t l = 0; l < bytes.rows.size(); ++l) bytes.rows[l] = data.bytes + row_of_lane(l) * data.width;
    return load_rows(bytes, format, scales, x);
  }
  // Kept between calls: one allocation a thread, not one a group.
  thread_local std::vector<float> values;
  values.resize(static_cast<std::size_t>(lane_count * data.width));
  FloatRows floats{};
  for (std::size_t l = 0; l < floats.rows.size(); ++l) {
    float* row = values.data() + static_cast<Index>(l) * data.width;
    data.to_floats(row_of_lane(l), row);
    floats.rows[l] = row;
  }
  load_rows(floats, format, scales, x);
}

void store_group(const Lanes* y, Index count, const SampleFormat& f, float* rows) {
  const Index pixels = f.shape.pixels();
  for (Index lane = 0; lane < count; ++lane, rows += f.shape.size())
    for (Index c = 0; c < f.shape.channels; ++c)
      for (Index p = 0; p < pixels; ++p)
        rows[f.position(c, p)] = static_cast<float>(y[c * pixels + p][lane] / f.scale[static_cast<std::size_t>(c)] +
                                                    f.offset[static_cast<std::size_t>(c)]);
}

Matrix scaled_rows(const RowView& data, const SampleFormat& format) {
  Matrix rows(data.count, format.shape.size());
  std::vector<float> row(static_cast<std::size_t>(format.shape.size()));
  for (Index i = 0; i < data.count; ++i) {
    data.to_floats(i, row.data());
    scale_row(format, row.data(), rows.data() + i * rows.cols(), 1);
  }
  return rows;
}

}  // namespace shoal
