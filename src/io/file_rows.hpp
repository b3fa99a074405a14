#pragma once
#include <optional>

#include "input_bytes.hpp"
#include "shoal/io/dataset.hpp"

namespace shoal {

/// A dataset that stays open, to copy rows from in any order. Local.
class FileRows {
 public:
  /// Errors: input_error where the rows could only be reached by unpacking all before them.
  explicit FileRows(DatasetInfo info);

  const DatasetInfo& info() const { return info_; }

  /// Rows [first, first + count) to `into`, in native byte order. Errors: those of read_rows.
  void copy(Index first, Index count, std::byte* into) const;

  /// copy() may run on several threads at once. HDF5's library may not.
  bool on_any_thread() const { return plain_.has_value(); }

 private:
  DatasetInfo info_;
  std::optional<InputBytes> plain_;  // where elements lie in the file as in memory, but for their byte order
};

/// Turns the bytes of each element round.
void swap_bytes(std::span<std::byte> bytes, std::size_t element_bytes);

}  // namespace shoal
