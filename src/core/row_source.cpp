#include "shoal/core/row_source.hpp"

#include <algorithm>

namespace shoal {

RowSource source_of(const RowView& rows) {
  return {rows.type, rows.count, rows.width, [rows](Index first, Index count) { return rows.part(first, count); }};
}

void for_panels(const RowSource& rows, Index first, Index count,
                const std::function<void(Index first, const RowView& panel)>& visit) {
  constexpr Index lane_group = 16;
  const Index panel = std::max(lane_group, rows.most_rows / lane_group * lane_group);
  for (const Index end = first + count; first < end;) {
    const Index n = std::min(panel, end - first);
    visit(first, rows.read(first, n));
    first += n;
  }
}

void for_panels(const RowSource& rows, const std::function<void(Index first, const RowView& panel)>& visit) {
  for_panels(rows, 0, rows.count, visit);
}

RowSource source_of(const RowData& rows) {
  return source_of(rows.view());
}

RowSource source_of(const Matrix& rows) {
  return source_of(
      RowView{ElementType::float32, rows.rows(), rows.cols(), reinterpret_cast<const std::byte*>(rows.data())});
}

}  // namespace shoal
