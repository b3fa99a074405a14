#include "output_state.hpp"

#include <unistd.h>

#include <algorithm>

namespace shoal {

using hdf5::Handle;

namespace {

Handle transfer_collectively() {
  Handle transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose);
  H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE);
  return transfer;
}

}  // namespace

Handle space_of(const std::vector<hsize_t>& dims) {
  if (dims.empty()) return {H5Screate(H5S_SCALAR), H5Sclose};
  return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose};
}

OutputFile::State::~State() {
  if (created) ::unlink(partial.c_str());
}

Error OutputFile::State::failed(const std::string& what) const {
  const std::string why = hdf5::innermost_message();
  return output_error("'" + path + "' cannot be written (" + what + "): " + why,
                      "Is there space left on the disk (df -h)? Nothing is left behind; an older file is untouched.");
}

void OutputFile::State::reserve() const {
  together([&] {
    constexpr std::int64_t spare = 1 << 20;
    if (comm.is_root()) reserve_space(partial, path, end + spare);
  });
}

void OutputFile::State::require_count(const std::string& name, const Numbers& numbers, Index rows,
                                      const std::vector<Index>& dims) const {
  together([&] {
    Index expected = rows;
    for (const Index n : dims) expected *= n;
    if (numbers.size() != expected)
      throw Error(ExitCode::failure, "The dataset " + name + " of '" + path + "' needs " + std::to_string(expected) +
                                         " numbers on rank " + std::to_string(comm.rank()) + ", not " +
                                         std::to_string(numbers.size()));
  });
}

Handle OutputFile::State::create_dataset(const std::string& name, ElementType type, const std::vector<hsize_t>& dims) {
  const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose), properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(links, 1);
  H5Pset_layout(properties, H5D_CONTIGUOUS);
  H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER);
  H5Pset_obj_track_times(properties, false);
  const Handle space = space_of(dims);
  Handle dataset(H5Dcreate2(file, name.c_str(), hdf5::stored_type(type), space, links, properties, H5P_DEFAULT),
                 H5Dclose);
  if (!dataset.valid()) throw failed("dataset " + name);
  const haddr_t offset = H5Dget_offset(dataset);
  if (offset != HADDR_UNDEF) end = std::max(end, static_cast<std::int64_t>(offset + H5Dget_storage_size(dataset)));
  return dataset;
}

void OutputFile::State::transfer(hid_t dataset, const std::string& name, const Numbers& rows, std::vector<hsize_t> dims,
                                 hsize_t begin, hsize_t count) {
  constexpr hsize_t largest_piece = hsize_t{1} << 30;
  const hsize_t row_bytes =
      count == 0 ? 1 : std::max<hsize_t>(1, static_cast<hsize_t>(rows.size()) * size_of(rows.type()) / count);
  const hsize_t piece_rows = std::max<hsize_t>(1, largest_piece / row_bytes);
  const auto pieces = comm.max(static_cast<std::int64_t>((count + piece_rows - 1) / piece_rows));
  const Handle collectively = transfer_collectively();
  const Handle space(H5Dget_space(dataset), H5Sclose);
  std::exception_ptr failure;
  for (std::int64_t piece = 0; piece < pieces; ++piece) {
    const hsize_t at = std::min(count, static_cast<hsize_t>(piece) * piece_rows);
    const hsize_t n = std::min(piece_rows, count - at);
    if (!dims.empty()) dims[0] = std::max<hsize_t>(n, 1);
    const Handle memory = space_of(dims);
    if (n == 0) {
      H5Sselect_none(memory);
      H5Sselect_none(space);
    } else if (!dims.empty()) {
      std::vector<hsize_t> start(dims.size(), 0);
      start[0] = begin + at;
      H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, dims.data(), nullptr);
    }
    static constexpr std::byte nothing{};
    const std::byte* data = n == 0 ? &nothing : rows.data() + at * row_bytes;
    if (H5Dwrite(dataset, hdf5::native_type(rows.type()), memory, space, collectively, data) < 0 && !failure)
      failure = std::make_exception_ptr(failed("dataset " + name));
    std::uint32_t mine = 0, any = 0;
    if (H5Pget_mpio_no_collective_cause(collectively, &mine, &any) >= 0 && any != H5D_MPIO_COLLECTIVE)
      collective = false;
  }
  throw_together(comm, failure);
}

}  // namespace shoal
