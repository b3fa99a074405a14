// User datasets in HDF5 files: the header for open_dataset, the rows for read_rows.
#include <algorithm>

#include "crash_guard.hpp"
#include "dataset_formats.hpp"
#include "hdf5_file.hpp"
#include "hdf5_objects.hpp"
#include "hdf5_types.hpp"
#include "shape_check.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

// The only dataset's path; what open_dataset("") says when there are none or several.
std::string only_dataset(const hdf5::ReadFile& file) {
  std::vector<std::string> names, listed;
  constexpr std::size_t most_listed = 20;
  for (const auto& object : hdf5::objects_of(file, false)) {
    if (!object.is_dataset) continue;
    names.push_back(object.path);
    if (listed.size() < most_listed)
      listed.push_back(object.path + " (" + shape_text(object.dims) + " " + object.type + ")");
  }
  if (names.size() == 1) return names.front();
  if (names.empty())
    throw input_error("'" + file.path + "' has no datasets", "Look what is there: shoal inspect " + file.path + ".");
  if (names.size() > listed.size())
    listed.push_back("and " + format_count(std::ssize(names) - std::ssize(listed)) + " more");
  throw input_error("'" + file.path + "' has " + format_count(std::ssize(names)) + " datasets: " + join(listed),
                    "Name the one you mean: " + file.path + ":" + names.front() + ".");
}

// Where the elements lie one after the other as they will in memory; 0 where only HDF5 can tell.
std::int64_t plain_offset(const hdf5::ReadFile& file, hid_t dataset, hid_t type, const DatasetInfo& info) {
  const hdf5::Handle properties(H5Dget_create_plist(dataset), H5Pclose);
  if (H5Pget_layout(properties) != H5D_CONTIGUOUS || H5Tequal(type, hdf5::native_type(info.type)) <= 0) return 0;
  const haddr_t offset = H5Dget_offset(dataset);
  const auto most = static_cast<haddr_t>(file.bytes - info.rows() * info.row_bytes());
  return offset != HADDR_UNDEF && offset <= most ? static_cast<std::int64_t>(offset) : 0;
}

}  // namespace

DatasetInfo open_hdf5(const std::string& path, const std::string& dataset) {
  const CrashGuard guard(path);
  const hdf5::ReadFile file(path);
  DatasetInfo info;
  info.path = path;
  info.dataset = dataset.empty() ? only_dataset(file) : dataset;
  info.format = DatasetFormat::hdf5;
  const hdf5::Handle handle = file.open_dataset(info.dataset);
  const hdf5::Handle type(H5Dget_type(handle), H5Tclose);
  const auto element = type.valid() ? hdf5::element_type_of(type) : std::nullopt;
  if (!element) throw unknown_type(info.name(), type.valid() ? hdf5::type_text(type) : "unknown");
  info.type = *element;
  info.dims = checked_shape(info.name(), hdf5::extent_of(handle, info.name()), info.type);
  hdf5::require_stored(file, handle, info.name());
  info.data_offset = plain_offset(file, handle, type, info);
  return info;
}

void read_hdf5_rows(const DatasetInfo& info, Index begin, Index count, std::byte* into) {
  const CrashGuard guard(info.path);
  const hdf5::ReadFile file(info.path);
  const hdf5::Handle dataset = file.open_dataset(info.dataset);
  const hdf5::Handle space(H5Dget_space(dataset), H5Sclose);
  std::vector<hsize_t> extent(info.dims.begin(), info.dims.end()), start(extent.size(), 0);
  constexpr Index largest_piece = Index{1} << 30;
  const Index piece_rows = std::max(Index{1}, largest_piece / info.row_bytes());
  for (Index row = 0; row < count; row += piece_rows) {
    const Index first = begin + row;
    start[0] = static_cast<hsize_t>(first);
    extent[0] = static_cast<hsize_t>(std::min(piece_rows, count - row));
    const hdf5::Handle memory(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose);
    if (H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr) < 0 ||
        H5Dread(dataset, hdf5::native_type(info.type), memory, space, H5P_DEFAULT,
                into + static_cast<std::size_t>(row * info.row_bytes())) < 0) {
      const std::string why = hdf5::innermost_message();
      throw input_error("'" + info.name() + "' cannot be read, rows " + format_count(begin + row) + " to " +
                            format_count(begin + row + static_cast<Index>(extent[0]) - 1) + ": " + why,
                        "The file is damaged or was changed: make, copy or download it again.");
    }
  }
}

}  // namespace shoal
