#include "shoal/methods/reference_rows.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#include "shoal/core/random.hpp"

namespace shoal {

ColumnRanges column_ranges(const Communicator& comm, const RowSource& rows) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  // Largest of x and of -x, so that one reduction finds both.
  std::vector<double> largest(static_cast<std::size_t>(2 * rows.width), -infinity);
  std::vector<float> x(static_cast<std::size_t>(rows.width));
  for_panels(rows, [&](Index, const RowView& panel) {
    for (Index i = 0; i < panel.count; ++i) {
      panel.to_floats(i, x.data());
      for (std::size_t j = 0; j < x.size(); ++j) {
        largest[j] = std::max(largest[j], double{x[j]});
        largest[x.size() + j] = std::max(largest[x.size() + j], -double{x[j]});
      }
    }
  });
  comm.max(largest);
  ColumnRanges box;
  for (std::size_t j = 0; j < x.size(); ++j) {
    box.high.push_back(largest[j]);
    box.low.push_back(-largest[x.size() + j]);
  }
  return box;
}

RowSource uniform_rows(const ColumnRanges& box, const RowSource& like, Index first_row, std::uint64_t seed, Index set) {
  const auto fill = [box, first_row, seed, set](Index first, Index count, float* values) {
    for (Index i = first_row + first; i < first_row + first + count; ++i) {
      Random random(seed, Stream::gap_reference, static_cast<std::uint64_t>(set) << 48 | static_cast<std::uint64_t>(i));
      for (std::size_t j = 0; j < box.low.size(); ++j)
        *values++ = static_cast<float>(box.low[j] + (box.high[j] - box.low[j]) * (random.bits() * 0x1p-32));
    }
  };
  const auto buffer = std::make_shared<std::vector<float>>();
  RowSource rows{ElementType::float32, like.count, like.width};
  rows.most_rows = like.most_rows;
  rows.read = [fill, buffer, width = like.width](Index first, Index count) {
    buffer->resize(static_cast<std::size_t>(count * width));
    fill(first, count, buffer->data());
    return RowView{ElementType::float32, count, width, reinterpret_cast<const std::byte*>(buffer->data())};
  };
  rows.copy = [fill, width = like.width](Index first, Index count, std::byte* into) {
    std::vector<float> values(static_cast<std::size_t>(count * width));
    fill(first, count, values.data());
    std::copy_n(reinterpret_cast<const std::byte*>(values.data()), values.size() * sizeof(float), into);
  };
  return rows;
}

}  // namespace shoal
