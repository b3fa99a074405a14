#include "shoal/io/output_file.hpp"

#include <unistd.h>

#include <algorithm>

#include "dimension_scales.hpp"
#include "hdf5_handle.hpp"
#include "hdf5_types.hpp"
#include "output_directory.hpp"
#include "shoal/core/error.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/parallel/agreement.hpp"
#include "write_alarm.hpp"

namespace shoal {

using hdf5::Handle;

struct OutputFile::State {
  Communicator comm;
  std::string path;
  std::string partial;
  std::int64_t file = -1;
  bool created = false;
  std::int64_t end = 0;  // of the last dataset's elements in the file
  bool collective = true;
  std::vector<hdf5::Attachment> scales;

  State(const Communicator& ranks, const std::string& name) : comm(ranks), path(name), partial(partial_name(name)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  // Closing would communicate, and this rank may be alone here. The descriptor goes with the process.
  ~State() {
    if (created) ::unlink(partial.c_str());
  }

  // After a failure in `body` on any rank, all ranks throw. Body's HDF5 calls are the same ones on all ranks.
  template <class Body>
  auto together(Body&& body) const {
    return agree(comm, std::forward<Body>(body));
  }

  Error failed(const std::string& what) const {
    const std::string why = hdf5::innermost_message();
    return output_error("'" + path + "' cannot be written (" + what + "): " + why,
                        "Is there space left on the disk (df -h)? Nothing is left behind; an older file is untouched.");
  }
  template <class Status>
  Status check(Status status, const std::string& what) const {
    if (status < 0) throw failed(what);
    return status;
  }

  // Sets aside what the file needs so far and some for attributes. HDF5 1.10 may hang when a disk turns out to be full
  // on some ranks only, in the midst of its collective calls; here the root finds out beforehand.
  void reserve() const {
    together([&] {
      constexpr std::int64_t spare = 1 << 20;
      if (comm.is_root()) reserve_space(partial, path, end + spare);
    });
  }

  // Before anything is created: a dataset that exists on some ranks only would spoil the file.
  void require_count(const std::string& name, const Numbers& numbers, Index rows,
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

  Handle create_dataset(const std::string& name, ElementType type, const std::vector<hsize_t>& dims);
  void transfer(hid_t dataset, const std::string& name, const Numbers& rows, std::vector<hsize_t> dims, hsize_t begin,
                hsize_t count);
};

namespace {

// Two-phase I/O always, not only for interleaved rows: ROMIO then tells all ranks of one rank's failed write. Without
// it, HDF5 1.10 leaves the collective call early on that rank alone and the others wait for ever (measured).
struct RomioHints {
  MPI_Info info = MPI_INFO_NULL;
  RomioHints() {
    MPI_Info_create(&info);
    MPI_Info_set(info, "romio_cb_write", "enable");
  }
  RomioHints(const RomioHints&) = delete;
  RomioHints& operator=(const RomioHints&) = delete;
  ~RomioHints() { MPI_Info_free(&info); }
};

Handle transfer_collectively() {
  Handle transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose);
  H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE);
  return transfer;
}

std::vector<hsize_t> extent(const std::vector<Index>& dims) {
  return {dims.begin(), dims.end()};
}

Handle space_of(const std::vector<hsize_t>& dims) {
  if (dims.empty()) return {H5Screate(H5S_SCALAR), H5Sclose};
  return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose};
}

}  // namespace

// Early allocation is what parallel HDF5 does anyway; no fill values, since every element is written.
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

// Rows [begin, begin + count) of the dataset. All ranks make the same number of collective calls, and go on to the
// last after a failure: the others would wait for this rank otherwise.
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

void OutputFile::require_writable(const Communicator& comm, const std::string& path) {
  agree(comm, [&] {
    if (comm.is_root()) try_writing(path);
  });
}

OutputFile::OutputFile(const Communicator& comm, const std::string& path) : state_(new State(comm, path)) {
  hdf5::silence();
  require_writable(comm, path);  // also waits until no rank is still removing an earlier temporary file
  State& s = *state_;
  s.together([&] {
    if (comm.is_root()) ::unlink(s.partial.c_str());
  });
  s.together([&] {
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose), creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
    s.created = true;
    WriteAlarm::listen();
    const RomioHints hints;
    s.check(H5Pset_fapl_mpio(access, comm.handle(), hints.info), "MPI-IO");
    s.check(H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110), "file format");
    H5Pset_obj_track_times(creation, false);
    s.file = s.check(H5Fcreate(s.partial.c_str(), H5F_ACC_TRUNC, creation, access), "creation");
  });
  s.reserve();
}

OutputFile::~OutputFile() = default;

void OutputFile::write_rows(const std::string& name, const Shard& shard, const Numbers& rows,
                            const std::vector<Index>& row_dims) {
  State& s = *state_;
  std::vector<hsize_t> dims = extent(row_dims);
  dims.insert(dims.begin(), static_cast<hsize_t>(shard.global));
  s.require_count(name, rows, shard.size(), row_dims);
  const Handle dataset = s.together([&] { return s.create_dataset(name, rows.type(), dims); });
  s.reserve();
  const bool empty = std::find(dims.begin(), dims.end(), 0U) != dims.end();
  s.transfer(dataset, name, rows, dims, static_cast<hsize_t>(shard.begin),
             empty ? 0 : static_cast<hsize_t>(shard.size()));
}

void OutputFile::create_rows(const std::string& name, Index global_rows, ElementType type,
                             const std::vector<Index>& row_dims) {
  State& s = *state_;
  std::vector<hsize_t> dims = extent(row_dims);
  dims.insert(dims.begin(), static_cast<hsize_t>(global_rows));
  s.together([&] { s.create_dataset(name, type, dims); });
  s.reserve();
}

void OutputFile::write_part(const std::string& name, Index begin, const Numbers& rows) {
  State& s = *state_;
  std::vector<hsize_t> dims;
  Index count = 0;
  const Handle dataset = s.together([&] {
    Handle handle(s.check(H5Dopen2(s.file, name.c_str(), H5P_DEFAULT), "dataset " + name), H5Dclose);
    const Handle space(H5Dget_space(handle), H5Sclose), type(H5Dget_type(handle), H5Tclose);
    dims.resize(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
    H5Sget_simple_extent_dims(space, dims.data(), nullptr);
    Index row_size = 1;
    for (std::size_t i = 1; i < dims.size(); ++i) row_size *= static_cast<Index>(dims[i]);
    count = row_size > 0 ? rows.size() / row_size : 0;
    if (H5Tequal(type, hdf5::stored_type(rows.type())) <= 0 || count * row_size != rows.size() || begin < 0 ||
        begin + count > static_cast<Index>(dims[0]))
      throw Error(ExitCode::failure, "The part of " + std::to_string(rows.size()) + " numbers from row " +
                                         std::to_string(begin) + " on does not fit into dataset " + name + " of '" +
                                         s.path + "'");
    return handle;
  });
  s.transfer(dataset, name, rows, dims, static_cast<hsize_t>(begin), static_cast<hsize_t>(count));
}

void OutputFile::write(const std::string& name, const Numbers& values, const std::vector<Index>& dims) {
  State& s = *state_;
  s.require_count(name, values, 1, dims);
  const Handle dataset = s.together([&] { return s.create_dataset(name, values.type(), extent(dims)); });
  s.reserve();
  const bool mine = s.comm.is_root() && values.size() > 0;
  s.transfer(dataset, name, values, extent(dims), 0, !mine ? 0 : dims.empty() ? 1 : static_cast<hsize_t>(dims.front()));
}

void OutputFile::attribute(const std::string& object, const std::string& key, const AttributeValue& value) {
  const State& s = *state_;
  s.together([&] {
    const std::string what = "attribute " + key + " of " + object;
    const Handle owner(s.check(H5Oopen(s.file, object.c_str(), H5P_DEFAULT), what), H5Oclose);
    const auto put = [&](hid_t type, hid_t space, const void* data) {
      const Handle attribute(s.check(H5Acreate2(owner, key.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), what),
                             H5Aclose);
      s.check(H5Awrite(attribute, type, data), what);
    };
    if (const auto* text = std::get_if<std::string>(&value)) {
      const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
      H5Tset_size(type, text->size() + 1);
      H5Tset_cset(type, H5T_CSET_UTF8);
      put(type, space_of({}), text->c_str());
    } else if (const auto* number = std::get_if<double>(&value)) {
      put(H5T_IEEE_F64LE, space_of({}), number);
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      put(H5T_STD_I64LE, space_of({}), whole);
    } else if (const auto* numbers = std::get_if<std::vector<double>>(&value)) {
      put(H5T_IEEE_F64LE, space_of({numbers->size()}), numbers->data());
    } else {
      const auto& wholes = std::get<std::vector<std::int64_t>>(value);
      put(H5T_STD_I64LE, space_of({wholes.size()}), wholes.data());
    }
  });
}

void OutputFile::describe(const std::string& dataset, const std::string& units, const std::string& description) {
  if (!units.empty()) attribute(dataset, "units", units);
  attribute(dataset, "description", description);
}

void OutputFile::label_dimensions(const std::string& dataset, const std::vector<std::string>& names) {
  const State& s = *state_;
  s.together([&] {
    const std::string what = "dimension labels of " + dataset;
    const Handle handle(s.check(H5Dopen2(s.file, dataset.c_str(), H5P_DEFAULT), what), H5Dclose);
    s.check(hdf5::write_labels(handle, names), what);
  });
}

void OutputFile::attach_scale(const std::string& dataset, int dimension, const std::string& scale) {
  state_->scales.push_back({dataset, dimension, scale});
}

void OutputFile::complete() {
  State& s = *state_;
  s.together([&] { s.check(hdf5::write_scales(s.file, s.scales), "dimension scales"); });
  s.reserve();
  {
    const WriteAlarm alarm(s.comm, s.path, s.partial);
    s.together([&] { s.check(H5Fflush(s.file, H5F_SCOPE_GLOBAL), "flush"); });
    s.together([&] { s.check(H5Fclose(s.file), "close"); });
  }
  s.file = -1;
  s.together([&] {
    if (s.comm.is_root()) sync_file(s.partial, s.path);
  });
}

void OutputFile::publish() {
  State& s = *state_;
  s.together([&] {
    if (s.comm.is_root()) give_name(s.partial, s.path);
  });
  s.created = false;
}

void OutputFile::close() {
  complete();
  publish();
}

bool OutputFile::transfers_were_collective() const {
  return state_->collective;
}

}  // namespace shoal
