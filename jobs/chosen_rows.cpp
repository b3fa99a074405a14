#include "chosen_rows.hpp"

#include <algorithm>

namespace shoal {

void for_each_row(const DatasetInfo& info, const std::vector<Index>& rows,
                  const std::function<void(Index row, const std::vector<float>& values)>& use) {
  constexpr double small_bytes = 1 << 30, piece_bytes = 64 << 20;
  const bool in_passing = static_cast<double>(info.rows()) * static_cast<double>(info.row_bytes()) <= small_bytes;
  Index piece = in_passing ? std::max<Index>(1, static_cast<Index>(piece_bytes) / info.row_bytes()) : 1;
  if (info.format == DatasetFormat::idx_gz) piece = info.rows();
  std::vector<float> values(static_cast<std::size_t>(info.row_elements()));
  RowData held;
  Index begin = 0;
  for (const Index row : rows) {
    if (held.count == 0 || row >= begin + held.count) {
      begin = row;
      held = read_rows(info, begin, std::min(info.rows(), begin + piece));
    }
    held.to_floats(row - begin, values.data());
    use(row, values);
  }
}

RowData read_chosen_rows(const DatasetInfo& info, const std::vector<Index>& rows) {
  RowData chosen{info.type, static_cast<Index>(rows.size()), info.row_elements(), {}};
  if (info.format == DatasetFormat::idx_gz) {
    const RowData all = read_rows(info, 0, info.rows());
    for (const Index row : rows)
      chosen.bytes.insert(chosen.bytes.end(), all.bytes.begin() + row * info.row_bytes(),
                          all.bytes.begin() + (row + 1) * info.row_bytes());
    return chosen;
  }
  for (const Index row : rows) {
    const RowData one = read_rows(info, row, row + 1);
    chosen.bytes.insert(chosen.bytes.end(), one.bytes.begin(), one.bytes.end());
  }
  return chosen;
}

}  // namespace shoal
