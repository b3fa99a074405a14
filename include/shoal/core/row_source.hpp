#pragma once
#include <functional>

#include "shoal/core/row_data.hpp"

namespace shoal {

/// This rank's rows of a dataset, wherever they are: in memory, or in a file from which they are read as they are asked
/// for. What a method that passes over its rows block by block works on.
struct RowSource {
  ElementType type = ElementType::uint8;
  Index count = 0;  ///< rows of this rank
  Index width = 0;

  /// Rows [first, first + count) of mine. The view is valid until the next call. Any order is right; ascending order,
  /// again and again from the start, is what reading ahead is made for. Local. Errors: those of reading the file.
  std::function<RowView(Index first, Index count)> read;
};

/// Rows that are in memory and stay there while the source is used.
RowSource source_of(const RowData& rows);
RowSource source_of(const Matrix& rows);

}  // namespace shoal
