#include "shoal/methods/unit_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "shoal/core/error.hpp"

namespace shoal {
namespace {

/// y (width): row `i` of the view, which has the global number `row`, scaled to length 1.
void scale_to_one(const RowView& view, Index i, Index row, float* y) {
  view.to_floats(i, y);
  double square = 0;
  for (Index j = 0; j < view.width; ++j) square += static_cast<double>(y[j]) * static_cast<double>(y[j]);
  if (square == 0)
    throw numerics_error(
        "k-means: row " + std::to_string(row) + " holds only zeros: it has no direction, and no cosine with another.",
        "Remove such rows, or cluster by the Euclidean distance.");
  const double length = std::sqrt(square);
  for (Index j = 0; j < view.width; ++j) y[j] = static_cast<float>(static_cast<double>(y[j]) / length);
}

}  // namespace

RowSource unit_rows(const RowSource& rows, Index first_global) {
  constexpr Index least = 32, buffer_bytes = 4 << 20;
  const auto buffer = std::make_shared<std::vector<float>>();
  RowSource unit{ElementType::float32, rows.count, rows.width};
  // What is made of a view lies beside it, and a float is four times as large as a byte.
  unit.most_rows = std::min(rows.most_rows, std::max(least, buffer_bytes / std::max<Index>(1, unit.row_bytes())));
  unit.copies_beside = rows.copies_beside;
  unit.read = [rows, first_global, buffer](Index first, Index count) {
    const RowView view = rows.read(first, count);
    buffer->resize(static_cast<std::size_t>(count * rows.width));
    for (Index i = 0; i < count; ++i) scale_to_one(view, i, first_global + first + i, buffer->data() + i * rows.width);
    return RowView{ElementType::float32, count, rows.width, reinterpret_cast<const std::byte*>(buffer->data())};
  };
  // Without it the source would be taken to be in memory, and be kept there in other forms.
  if (rows.copy)
    unit.copy = [rows, first_global](Index first, Index count, std::byte* into) {
      std::vector<std::byte> copied(static_cast<std::size_t>(count * rows.row_bytes()));
      rows.copy(first, count, copied.data());
      const RowView view{rows.type, count, rows.width, copied.data()};
      std::vector<float> y(static_cast<std::size_t>(rows.width));
      for (Index i = 0; i < count; ++i) {
        scale_to_one(view, i, first_global + first + i, y.data());
        std::memcpy(into + static_cast<std::size_t>(i) * y.size() * sizeof(float), y.data(), y.size() * sizeof(float));
      }
    };
  return unit;
}

}  // namespace shoal
