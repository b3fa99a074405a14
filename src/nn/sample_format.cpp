#include "shoal/nn/sample_format.hpp"

#include <algorithm>

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

}  // namespace

void load_group(const RowData& data, std::span<const Index> rows, const SampleFormat& format, Lanes* x) {
  const Index size = format.shape.size();
  std::fill_n(x, size, Lanes{});
  thread_local std::vector<float> row;
  row.resize(static_cast<std::size_t>(size));
  for (std::size_t lane = 0; lane < rows.size(); ++lane) {
    data.to_floats(rows[lane], row.data());
    scale_row(format, row.data(), reinterpret_cast<float*>(x) + lane, lane_count);
  }
}

void store_group(const Lanes* y, Index count, const SampleFormat& f, float* rows) {
  const Index pixels = f.shape.pixels();
  for (Index lane = 0; lane < count; ++lane, rows += f.shape.size())
    for (Index c = 0; c < f.shape.channels; ++c)
      for (Index p = 0; p < pixels; ++p)
        rows[f.position(c, p)] = static_cast<float>(y[c * pixels + p][lane] / f.scale[static_cast<std::size_t>(c)] +
                                                    f.offset[static_cast<std::size_t>(c)]);
}

Matrix scaled_rows(const RowData& data, const SampleFormat& format) {
  Matrix rows(data.count, format.shape.size());
  std::vector<float> row(static_cast<std::size_t>(format.shape.size()));
  for (Index i = 0; i < data.count; ++i) {
    data.to_floats(i, row.data());
    scale_row(format, row.data(), rows.data() + i * rows.cols(), 1);
  }
  return rows;
}

}  // namespace shoal
