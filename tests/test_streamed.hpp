#pragma once
#include <algorithm>
#include <memory>
#include <vector>

#include "shoal/core/row_source.hpp"

namespace shoal {

/// Rows as a file would give them, by hand: a view is spoilt by the next read, nothing is in memory for good, and
/// copies may be made on another thread. At most `most_rows` are to be asked for.
inline RowSource streamed(const RowData& rows, Index most_rows) {
  const auto scratch = std::make_shared<std::vector<std::byte>>();
  const RowSource all = source_of(rows);
  RowSource source{rows.type, rows.count, rows.width};
  source.most_rows = most_rows;
  source.copies_beside = true;
  source.read = [=](Index first, Index count) {
    std::fill(scratch->begin(), scratch->end(), std::byte{0xa5});
    const RowView view = all.read(first, count);
    scratch->assign(view.bytes, view.bytes + count * all.row_bytes());
    return RowView{view.type, count, view.width, scratch->data()};
  };
  source.copy = [=](Index first, Index count, std::byte* into) {
    std::copy_n(all.read(first, count).bytes, count * all.row_bytes(), into);
  };
  return source;
}

}  // namespace shoal
