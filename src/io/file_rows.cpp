#include "file_rows.hpp"

#include <algorithm>
#include <utility>

#include "dataset_formats.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"

namespace shoal {

void swap_bytes(std::span<std::byte> bytes, std::size_t element_bytes) {
  for (auto at = bytes.begin(); at != bytes.end(); at += static_cast<std::ptrdiff_t>(element_bytes))
    std::reverse(at, at + static_cast<std::ptrdiff_t>(element_bytes));
}

FileRows::FileRows(DatasetInfo info) : info_(std::move(info)) {
  if (info_.format == DatasetFormat::idx_gz)
    throw input_error("'" + info_.name() + "' is compressed as a whole: each pass over its rows would unpack all of it",
                      "Convert it once: shoal convert " + info_.path + " --output " + info_.path +
                          ".h5; or give more "
                          "--memory.");
  if (info_.data_offset > 0) plain_.emplace(info_.path);
}

void FileRows::copy(Index first, Index count, std::byte* into) const {
  if (count == 0) return;
  if (!plain_) return read_hdf5_rows(info_, first, count, into);
  const std::span bytes(into, static_cast<std::size_t>(count * info_.row_bytes()));
  try {
    plain_->read(info_.data_offset + first * info_.row_bytes(), bytes);
  } catch (const Error& error) {
    throw input_error(error.what() + (" (rows " + format_count(first) + " to " + format_count(first + count - 1) + ")"),
                      error.hint());
  }
  if (info_.swapped) swap_bytes(bytes, size_of(info_.type));
}

}  // namespace shoal
