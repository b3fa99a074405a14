#include "shoal/io/output_file.hpp"

#include <unistd.h>

#include <algorithm>

#include "output_directory.hpp"
#include "output_state.hpp"
#include "shoal/io/dataset.hpp"
#include "write_alarm.hpp"

namespace shoal {

using hdf5::Handle;

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

std::vector<hsize_t> extent(const std::vector<Index>& dims) {
  return {dims.begin(), dims.end()};
}

}  // namespace

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
    s.unfinished.emplace(s.partial);
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
  s.unfinished.reset();
}

void OutputFile::close() {
  complete();
  publish();
}

bool OutputFile::transfers_were_collective() const {
  return state_->collective;
}

}  // namespace shoal
