#include "shoal/core/row_source.hpp"

namespace shoal {
namespace {

RowSource source_of_view(RowView all) {
  return {all.type, all.count, all.width, [all](Index first, Index count) { return all.part(first, count); }};
}

}  // namespace

RowSource source_of(const RowData& rows) {
  return source_of_view(rows.view());
}

RowSource source_of(const Matrix& rows) {
  return source_of_view(
      {ElementType::float32, rows.rows(), rows.cols(), reinterpret_cast<const std::byte*>(rows.data())});
}

}  // namespace shoal
