#include "hdf5_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "hdf5_objects.hpp"
#include "input_bytes.hpp"
#include "shape_check.hpp"
#include "shoal/core/text.hpp"

namespace shoal::hdf5 {
namespace {

// Deflate shrinks at most 1032 : 1; beyond this the rest would be fill values that nobody wrote.
constexpr std::int64_t most_shrinkage = 2000;

Handle no_external_links() {
  Handle links(H5Pcreate(H5P_LINK_ACCESS), H5Pclose);
  H5Pset_elink_cb(
      links, [](const char*, const char*, const char*, const char*, unsigned*, hid_t, void*) -> herr_t { return -1; },
      nullptr);
  return links;
}

// NFS and Lustre can be mounted without locks. HDF5's own "best effort" forgives ENOSYS alone (1.10.8), not ENOLCK.
bool can_be_locked(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool can = file >= 0 && (::flock(file, LOCK_SH | LOCK_NB) == 0 || errno == EWOULDBLOCK);
  if (file >= 0) ::close(file);
  return can;
}

// A lock tells a file that is still being written. Where the user's HDF5_USE_FILE_LOCKING is set, HDF5 heeds that.
Handle with_locks_where_there_are(const std::string& path) {
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_file_locking(access, can_be_locked(path), /*ignore_when_disabled=*/true);
  return access;
}

// Every link on the way must be there: H5Lexists asks for one step at a time.
bool leads_to_object(hid_t file, const std::string& path, hid_t links) {
  for (std::size_t at = path.find_first_not_of('/'); at != std::string::npos;) {
    const std::size_t end = path.find('/', at);
    const std::string prefix = path.substr(0, end);
    if (H5Lexists(file, prefix.c_str(), links) <= 0) return false;
    if (H5Oexists_by_name(file, prefix.c_str(), links) <= 0) return false;
    at = end == std::string::npos ? end : path.find_first_not_of('/', end);
  }
  return true;
}

void require_filters(hid_t properties, const std::string& name) {
  for (int i = 0; i < H5Pget_nfilters(properties); ++i) {
    std::array<char, 64> label{};
    unsigned flags = 0, setting = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &values, nullptr,
                                               label.size() - 1, label.data(), &setting);
    if (filter < 0 || H5Zfilter_avail(filter) <= 0)
      throw input_error("'" + name + "' is compressed by the HDF5 filter " + std::to_string(filter) + " (" +
                            label.data() + "), which is not installed here",
                        "Rewrite it with gzip: h5repack -f GZIP=4 in.h5 out.h5.");
  }
}

}  // namespace

bool is_hdf5(const std::string& path) {
  silence();
  return H5Fis_hdf5(path.c_str()) > 0;
}

ReadFile::ReadFile(std::string file_path) : path(std::move(file_path)) {
  silence();
  bytes = InputBytes(path).size();
  if (!is_hdf5(path))
    throw input_error("'" + path + "' is not an HDF5 file",
                      "Give a file that shoal wrote, such as the output of `shoal train`.");
  links = no_external_links();
  // Kept until the end: closing it would make HDF5 forget why the file did not open.
  const Handle access = with_locks_where_there_are(path);
  id = Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
  if (!id.valid()) {
    const std::string why = innermost_message();
    throw input_error("The HDF5 file '" + path + "' (" + format_count(bytes) + " bytes) cannot be opened: " + why,
                      "It was cut off, is damaged, or is still being written: make, copy or download it again.");
  }
}

bool ReadFile::has(const std::string& object) const {
  return leads_to_object(id, object, links);
}

Handle ReadFile::open(const std::string& object) const {
  if (!has(object)) {
    std::vector<std::string> names;
    for (const auto& known : objects_of(*this, false)) names.push_back(known.path);
    const std::string like = closest(object, names);
    throw input_error("'" + path + "' has no '" + object + "'", like.empty()
                                                                    ? "Look what is there: shoal inspect " + path + "."
                                                                    : "Did you mean '" + like + "'?");
  }
  Handle handle(H5Oopen(id, object.c_str(), links), H5Oclose);
  if (!handle.valid()) {
    const std::string why = innermost_message();
    throw input_error("'" + path + ":" + object + "' cannot be opened: " + why, "The file is damaged.");
  }
  return handle;
}

Handle ReadFile::open_dataset(const std::string& dataset) const {
  if (has(dataset)) {
    Handle handle = open(dataset);
    if (H5Iget_type(handle) == H5I_DATASET) return handle;
  }
  std::vector<std::string> names, listed;
  constexpr std::size_t most_listed = 20;
  for (const auto& object : objects_of(*this, false)) {
    if (!object.is_dataset) continue;
    names.push_back(object.path);
    if (listed.size() < most_listed)
      listed.push_back(object.path + " (" + shape_text(object.dims) + " " + object.type + ")");
  }
  if (names.size() > listed.size())
    listed.push_back("and " + format_count(std::ssize(names) - std::ssize(listed)) + " more");
  const std::string like = closest(dataset.starts_with('/') ? dataset : "/" + dataset, names);
  throw input_error("'" + path + "' has no dataset '" + dataset + "'; it has " +
                        (listed.empty() ? "no datasets at all" : join(listed)),
                    like.empty() ? (names.empty() ? "" : "Name one of them: " + path + ":" + names.front() + ".")
                                 : "Did you mean " + path + ":" + like + "?");
}

std::vector<std::uint64_t> extent_of(hid_t dataset, const std::string& name) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = space.valid() ? H5Sget_simple_extent_ndims(space) : -1;
  if (rank < 0 || H5Sget_simple_extent_type(space) == H5S_NULL)
    throw input_error("'" + name + "' has no extent: it holds no elements");
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  if (rank > 0) H5Sget_simple_extent_dims(space, dims.data(), nullptr);
  return {dims.begin(), dims.end()};
}

void require_stored(const ReadFile& file, hid_t dataset, const std::string& name) {
  const auto dims = extent_of(dataset, name);
  const Handle type(H5Dget_type(dataset), H5Tclose);
  const Handle properties(H5Dget_create_plist(dataset), H5Pclose);
  const H5D_layout_t layout = properties.valid() ? H5Pget_layout(properties) : H5D_LAYOUT_ERROR;
  if (layout == H5D_LAYOUT_ERROR || !type.valid()) throw input_error("The header of '" + name + "' is damaged");
  if (layout == H5D_VIRTUAL || H5Pget_external_count(properties) > 0)
    throw input_error("The elements of '" + name + "' are in other files (a virtual or external dataset)",
                      "Copy them into one file: h5repack in.h5 out.h5.");
  const std::int64_t claimed = product_or_minus_one(dims, H5Tget_size(type));
  if (claimed == 0) return;
  const std::string claim = "'" + name + "' says " + shape_text(dims) + " elements of " +
                            std::to_string(H5Tget_size(type)) +
                            " bytes = " + (claimed < 0 ? "more than 2^63" : format_count(claimed)) + " bytes but ";
  const std::string hint = "It was cut off, is damaged or was never written to the end: make or copy it again.";
  const hsize_t stored = H5Dget_storage_size(dataset);
  if (layout != H5D_COMPACT && stored == 0) throw input_error(claim + "none of them was ever written", hint);
  if (layout == H5D_CHUNKED) {
    require_filters(properties, name);
    std::vector<hsize_t> chunk(dims.size());
    H5Pget_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
    const std::int64_t chunk_bytes = product_or_minus_one({chunk.begin(), chunk.end()}, H5Tget_size(type));
    constexpr std::int64_t always_fine = 1 << 20;
    const std::int64_t limit = std::max(always_fine, file.bytes * most_shrinkage);
    if (claimed < 0 || claimed > limit || chunk_bytes < 0 || chunk_bytes > limit)
      throw input_error(claim + "the file has " + format_count(file.bytes) +
                            ", which no compression explains: the rest would be fill values",
                        hint);
  } else if (claimed < 0 || (layout == H5D_CONTIGUOUS && static_cast<hsize_t>(claimed) > stored) ||
             claimed > file.bytes) {
    throw input_error(
        claim + "only " +
            format_count(std::min(static_cast<std::int64_t>(std::min<hsize_t>(stored, 1ULL << 62)), file.bytes)) +
            " bytes are in the file",
        hint);
  }
}

}  // namespace shoal::hdf5
