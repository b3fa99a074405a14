#include "shoal/methods/row_pieces.hpp"

#include <algorithm>

namespace shoal {

RowPieces::RowPieces(const RowSource& source) : source_(source) {
  constexpr Index piece_bytes = 1 << 19, least = 32, most = 4096;
  const Index row_bytes = std::max<Index>(1, source.width * static_cast<Index>(size_of(source.type)));
  piece_rows_ = std::clamp(piece_bytes / row_bytes / least * least, least, most);
}

RowView RowPieces::read(Index first, Index count) {
  const RowView view = source_.read(first, count);
  if (view.type == ElementType::uint8 || view.type == ElementType::float32) return view;
  floats_.resize(static_cast<std::size_t>(view.count * view.width));
  for (Index i = 0; i < view.count; ++i) view.to_floats(i, floats_.data() + i * view.width);
  return {ElementType::float32, view.count, view.width, reinterpret_cast<const std::byte*>(floats_.data())};
}

bool lies_in_place(const RowSource& source) {
  if (!source.in_memory() || (source.type != ElementType::uint8 && source.type != ElementType::float32)) return false;
  if (source.count < 2) return true;
  // Views that are made lie in one buffer, one like the other.
  const std::byte* first = source.read(0, 1).bytes;
  return source.read(1, 1).bytes == first + source.row_bytes();
}

}  // namespace shoal
