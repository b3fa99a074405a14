#include <array>
#include <cstdlib>
#include <exception>

#include "shoal/parallel/communicator.hpp"

namespace shoal {
namespace {

// Files are read ahead on another thread, which knows nothing of MPI.
constexpr int needed_threads = MPI_THREAD_FUNNELED;

// Open MPI settings that keep its version 4.1 safe (docs/running.md, "What Shoal sets by itself"); a user's own wins.
void set_safe_defaults() {
  constexpr std::array<std::array<const char*, 2>, 3> defaults{{
      {"OMPI_MCA_io", "romio321"},                     // OMPIO's collective writes hang when the disk is full
      {"OMPI_MCA_fbtl_posix_write_datasieving", "0"},  // if OMPIO is chosen: open-mpi/ompi issue 12718
      {"OMPI_MCA_fs_ufs_lock_algorithm", "3"},
  }};
  for (const auto& [name, value] : defaults) setenv(name, value, /*overwrite=*/0);
}

}  // namespace

MpiSession::MpiSession(int* argc, char*** argv) {
  set_safe_defaults();
  int provided = 0;  // thread_support tells it
  MPI_Init_thread(argc, argv, needed_threads, &provided);
}

MpiSession::~MpiSession() {
  if (std::uncaught_exceptions() == 0) MPI_Finalize();
}

Communicator MpiSession::world() const {  // NOLINT(readability-convert-member-functions-to-static): while one lives
  return Communicator(MPI_COMM_WORLD);
}

ThreadSupport thread_support() {
  int level = MPI_THREAD_SINGLE;
  MPI_Query_thread(&level);
  const char* name = level >= MPI_THREAD_MULTIPLE     ? "multiple"
                     : level >= MPI_THREAD_SERIALIZED ? "serialized"
                     : level >= MPI_THREAD_FUNNELED   ? "funneled"
                                                      : "single";
  return {name, level >= needed_threads};
}

std::string host_name() {
  std::array<char, MPI_MAX_PROCESSOR_NAME + 1> name{};
  int length = 0;
  MPI_Get_processor_name(name.data(), &length);
  return {name.data(), static_cast<std::size_t>(length)};
}

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING + 1> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  std::string version(text.data(), static_cast<std::size_t>(length));
  return version.substr(0, version.find_first_of(",\n"));
}

}  // namespace shoal
