#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hdf5_handle.hpp"

// Reading HDF5 files of unknown origin: serial driver, local, links to other files are never followed.
namespace shoal::hdf5 {

/// True when the file starts as HDF5 files do. It must exist.
bool is_hdf5(const std::string& path);

/// A file that is open for reading. Errors: input_error that names the file.
struct ReadFile {
  explicit ReadFile(std::string file_path);

  /// True when the path leads to an object of this file.
  bool has(const std::string& object) const;

  /// The dataset, group or attribute owner at the path; input_error when there is none.
  Handle open(const std::string& object) const;

  /// The same, but a dataset; suggests the closest name and lists what is there.
  Handle open_dataset(const std::string& dataset) const;

  std::string path;
  std::int64_t bytes = 0;
  Handle links;  ///< the access properties that refuse external links
  Handle id;
};

/// A dataset's extent; none for a scalar. Throws input_error for a dataset that was declared without one.
std::vector<std::uint64_t> extent_of(hid_t dataset, const std::string& name);

/// Refuses a dataset whose elements are in other files, need a filter that is not there, were never written, or are
/// more than the file can hold. `name` is for the message. Call before allocating for the elements.
void require_stored(const ReadFile& file, hid_t dataset, const std::string& name);

}  // namespace shoal::hdf5
