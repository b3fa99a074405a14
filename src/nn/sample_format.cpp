#include "shoal/nn/sample_format.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

#include "transpose.hpp"

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

// The first `count` of sixteen elements, then zeros.
template <class Element, class Vector>
void copy(const Element* from, Index count, Vector& to) {
  if (count == lane_count) {
    std::memcpy(&to, from, sizeof to);
    return;
  }
  to = Vector{};
  std::memcpy(&to, from, static_cast<std::size_t>(count) * sizeof(Element));
}

// Where sixteen samples' elements come from, sixteen elements at a time, as bytes or as floats: one sample a vector.
struct ByteRows {
  using Vector = LaneBytes;
  std::array<const std::byte*, lane_count> rows;
  void read(Index at, Index count, Vector (&v)[lane_count]) const {
    for (std::size_t l = 0; l < rows.size(); ++l) {
      copy(rows[l] + at, count, v[l]);
    }
  }
};

struct FloatRows {
  using Vector = Lanes;
  std::array<const float*, lane_count> rows;
  void read(Index at, Index count, Vector (&v)[lane_count]) const {
    for (std::size_t l = 0; l < rows.size(); ++l) {
      copy(rows[l] + at, count, v[l]);
    }
  }
};

// Plain loops over all 256 numbers, which GCC turns into wide conversions (a vector's own it would do one by one).
template <class Vector>
void to_float(const Vector (&v)[lane_count], Lanes (&values)[lane_count]) {
  const auto* from = reinterpret_cast<const std::remove_cvref_t<decltype(v[0][0])>*>(v);
  auto* to = reinterpret_cast<float*>(values);
  for (Index i = 0; i < lane_count * lane_count; ++i) to[i] = static_cast<float>(from[i]);
}

// Transposes blocks of 16 samples x 16 elements, scales them and puts them where the network wants them.
template <class Rows>
void load_lanes(const Rows& rows, const SampleFormat& f, const Lanes& in_use, Lanes* x) {
  const Index pixels = f.shape.pixels(), size = f.shape.size();
  Index channel = 0, pixel = 0;
  for (Index at = 0; at < size; at += lane_count) {
    const Index count = std::min(lane_count, size - at);
    typename Rows::Vector v[lane_count];
    rows.read(at, count, v);
    transpose(v);
    Lanes values[lane_count];
    to_float(v, values);
    for (Index i = 0; i < count; ++i) {
      const auto c = static_cast<std::size_t>(channel);
      const auto offset = static_cast<float>(f.offset[c]), scale = static_cast<float>(f.scale[c]);
      x[channel * pixels + pixel] = (values[i] - offset) * scale * in_use;
      Index& inner = f.channels_last ? channel : pixel;
      Index& outer = f.channels_last ? pixel : channel;
      if (++inner == (f.channels_last ? f.shape.channels : pixels)) {
        inner = 0;
        ++outer;
      }
    }
  }
}

}  // namespace

void load_group(const RowView& data, std::span<const Index> rows, const SampleFormat& format, Lanes* x) {
  Lanes in_use{};
  for (std::size_t l = 0; l < rows.size(); ++l) in_use[l] = 1;
  if (rows.empty()) {
    std::fill_n(x, format.shape.size(), Lanes{});
    return;
  }
  const auto row_of_lane = [&](std::size_t l) { return rows[std::min(l, rows.size() - 1)]; };
  if (data.type == ElementType::uint8) {
    ByteRows bytes{};
    for (std::size_t l = 0; l < bytes.rows.size(); ++l) bytes.rows[l] = data.bytes + row_of_lane(l) * data.width;
    return load_lanes(bytes, format, in_use, x);
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
  load_lanes(floats, format, in_use, x);
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
