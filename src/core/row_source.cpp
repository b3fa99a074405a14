#include "shoal/core/row_source.hpp"

#include <algorithm>

namespace shoal {
namespace {

RowSource source_of_view(RowView all) {
  return {all.type, all.count, all.width, [all](Index first, Index count) { return all.part(first, count); }};
}

}  // namespace

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
  return source_of_view(rows.view());
}

RowSource source_of(const Matrix& rows) {
  return source_of_view(
      {ElementType::float32, rows.rows(), rows.cols(), reinterpret_cast<const std::byte*>(rows.data())});
}

}  // namespace shoal
