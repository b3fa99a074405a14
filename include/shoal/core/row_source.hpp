#pragma once
#include <functional>
#include <limits>

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

  /// Ask for no more rows in one call, so that what was set aside for them is enough; more come as well, but take
  /// memory of their own. Any number, and free, where rows are in memory.
  Index most_rows = std::numeric_limits<Index>::max();

  /// Copies rows [first, first + count) of mine to `into` and leaves the views of `read` alone: for rows in an order of
  /// one's own. Empty where rows are in memory.
  std::function<void(Index first, Index count, std::byte* into)> copy;

  /// `copy` may run on another thread while this one reads on.
  bool copies_beside = false;

  Index row_bytes() const { return width * static_cast<Index>(size_of(type)); }
  bool in_memory() const { return !copy; }
};

/// Rows that are in memory and stay there while the source is used.
RowSource source_of(const RowData& rows);
RowSource source_of(const Matrix& rows);

/// Calls visit(first, view) with rows [first, first + view.count) of the source, in order, all of them once; each view
/// has at most most_rows rows, and all but the last a whole number of lane groups of 16.
void for_panels(const RowSource& rows, const std::function<void(Index first, const RowView& panel)>& visit);

/// The same with the rows [first, first + count) of the source alone: a block of a method's own.
void for_panels(const RowSource& rows, Index first, Index count,
                const std::function<void(Index first, const RowView& panel)>& visit);

}  // namespace shoal
