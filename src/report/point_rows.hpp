#pragma once
// Which rows of a run become points, and reading their numbers without holding whole datasets.
#include <algorithm>
#include <string>
#include <vector>

#include "shoal/io/dataset.hpp"

namespace shoal {

class PointRows {
 public:
  /// All of `rows`, or `most` evenly chosen ones.
  PointRows(std::string path, Index rows, Index most)
      : path_(std::move(path)), rows_(rows), count_(std::min(rows, most)) {}

  Index count() const { return count_; }
  Index row(Index point) const { return point * (rows_ / count_) + point * (rows_ % count_) / count_; }

  std::vector<std::int64_t> rows() const {
    std::vector<std::int64_t> all;
    for (Index i = 0; i < count_; ++i) all.push_back(row(i));
    return all;
  }

  /// One column of a dataset (rows, ...) at the points. Read in pieces of some 64 MB.
  std::vector<float> column(const std::string& dataset, Index column) const {
    const DatasetInfo info = open_dataset(path_ + ":" + dataset);
    const Index piece = std::max<Index>(1, (Index{64} << 20) / info.row_bytes());
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(count_));
    for (Index begin = 0; begin < rows_; begin += piece) {
      const Index end = std::min(rows_, begin + piece);
      const RowData data = read_rows(info, begin, end);
      while (std::ssize(values) < count_ && row(std::ssize(values)) < end)
        values.push_back(static_cast<float>(data.at(row(std::ssize(values)) - begin, column)));
    }
    return values;
  }

 private:
  std::string path_;
  Index rows_, count_;
};

}  // namespace shoal
