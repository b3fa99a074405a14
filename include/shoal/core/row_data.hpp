#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// The number types that a dataset's elements may have.
enum class ElementType { uint8, uint16, int16, int32, int64, float32, float64 };

/// "uint8", ..., "float64": numpy's names.
std::string name_of(ElementType type);
std::size_t size_of(ElementType type);
bool is_floating(ElementType type);

/// Rows of a dataset as they lie in memory, in the type of their file: bytes stay bytes. `count` rows of `width`
/// elements, row-major; not owned.
struct RowView {
  ElementType type = ElementType::uint8;
  Index count = 0;
  Index width = 0;
  const std::byte* bytes = nullptr;

  /// Elements of row `row`, converted to float, into values[0 .. width).
  void to_floats(Index row, float* values) const;

  /// Element (row, column) as a double.
  double at(Index row, Index column) const;

  /// Rows [first, first + rows) of these.
  RowView part(Index first, Index rows) const;

  /// Asks the memory for row `row`, which is going to be read soon and lies anywhere.
  void ask_for(Index row) const;
};

/// Rows of a dataset that are held in memory.
struct RowData {
  ElementType type = ElementType::uint8;
  Index count = 0;
  Index width = 0;
  std::vector<std::byte> bytes;

  RowView view() const { return {type, count, width, bytes.data()}; }
  operator RowView() const { return view(); }  // NOLINT(google-explicit-constructor): rows in memory are a view of rows
  void to_floats(Index row, float* values) const { view().to_floats(row, values); }
  double at(Index row, Index column) const { return view().at(row, column); }
};

}  // namespace shoal
