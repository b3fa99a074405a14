#include "shoal/methods/unit_rows.hpp"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "shoal/core/error.hpp"

namespace shoal {

RowSource unit_rows(const RowSource& rows, Index first_global) {
  const auto buffer = std::make_shared<std::vector<float>>();
  const auto read = [rows, first_global, buffer](Index first, Index count) {
    const RowView view = rows.read(first, count);
    buffer->resize(static_cast<std::size_t>(count * rows.width));
    for (Index i = 0; i < count; ++i) {
      float* y = buffer->data() + i * rows.width;
      view.to_floats(i, y);
      double square = 0;
      for (Index j = 0; j < rows.width; ++j) square += static_cast<double>(y[j]) * static_cast<double>(y[j]);
      if (square == 0)
        throw numerics_error("k-means: row " + std::to_string(first_global + first + i) +
                                 " holds only zeros: it has no direction, and no cosine with another.",
                             "Remove such rows, or cluster by the Euclidean distance.");
      const double length = std::sqrt(square);
      for (Index j = 0; j < rows.width; ++j) y[j] = static_cast<float>(static_cast<double>(y[j]) / length);
    }
    return RowView{ElementType::float32, count, rows.width, reinterpret_cast<const std::byte*>(buffer->data())};
  };
  return {ElementType::float32, rows.count, rows.width, read};
}

}  // namespace shoal
