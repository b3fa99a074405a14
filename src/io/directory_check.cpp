#include "shoal/io/directory_check.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "input_bytes.hpp"
#include "output_directory.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/timer.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/io/output_file.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

// A file of this run alone, removed in the end.
class Trial {
 public:
  Trial(const Communicator& comm, const std::string& directory)
      : path_(comm.broadcast(
            (std::filesystem::path(directory) / (".shoal-doctor-" + std::to_string(::getpid()) + ".h5")).string())),
        mine_(comm.is_root()) {}
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;
  ~Trial() {
    if (mine_) ::unlink(path_.c_str());
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool mine_;
};

std::string read_all(const std::string& path) {
  const InputBytes file(path);
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  file.read(0, std::as_writable_bytes(std::span(text)));
  return text;
}

// Bytes that tell their row and column: a row at another's place is noticed.
std::vector<std::int32_t> numbered(const Shard& shard, Index columns) {
  std::vector<std::int32_t> values;
  values.reserve(static_cast<std::size_t>(shard.size() * columns));
  for (Index i = shard.begin * columns; i < shard.end * columns; ++i)
    values.push_back(static_cast<std::int32_t>(i * 2654435761 >> 7));
  return values;
}

}  // namespace

void try_directory(const Communicator& comm, const std::string& directory) {
  const Trial trial(comm, directory);
  OutputFile::require_writable(comm, trial.path());
  for (const std::string text : {"the older one\n", "the newer one\n"}) {
    agree(comm, [&] {
      if (!comm.is_root()) return;
      write_aside(trial.path(), text);
      sync_file(partial_name(trial.path()), trial.path());
      give_name(partial_name(trial.path()), trial.path());
    });
    agree(comm, [&] {
      std::string seen;
      try {
        seen = read_all(trial.path());
      } catch (const Error& error) {
        seen = error.what();
      }
      if (seen == text) return;
      throw output_error("rank " + std::to_string(comm.rank()) + " on " + host_name() + " does not see in '" +
                             directory + "' what rank 0 has written there",
                         "Use a directory on a file system that all machines share, not one like /tmp.");
    });
  }
}

FileLocks try_locks(const Communicator& comm, const std::string& directory, int other) {
  const Trial trial(comm, directory);
  // An open file has one lock, whoever opened it; closing gives it back.
  const auto lock = [&](int flags) {
    const int file = ::open(trial.path().c_str(), O_RDWR | O_CLOEXEC | flags, 0600);
    const bool locked = file >= 0 && ::flock(file, LOCK_EX | LOCK_NB) == 0;
    return std::pair{file, locked};
  };
  const auto [held, locked] = comm.is_root() ? lock(O_CREAT | O_EXCL) : std::pair{-1, false};
  const bool is_held = comm.any(locked);
  const auto [tried, got_it] = is_held && comm.rank() == other ? lock(0) : std::pair{-1, false};
  const bool is_useless = comm.any(got_it);  // until here the root holds it
  for (const int file : {held, tried})
    if (file >= 0) ::close(file);
  return !is_held ? FileLocks::refused : is_useless ? FileLocks::useless : FileLocks::kept;
}

std::int64_t free_bytes(const std::string& directory) {
  struct statvfs status {};
  if (::statvfs(directory.c_str(), &status) != 0)
    throw output_error("'" + directory + "' cannot be examined: " + std::strerror(errno),
                       "Does it exist? ls -ld shows it.");
  return static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
}

TransferSeconds try_transfer(const Communicator& comm, const std::string& directory, std::int64_t bytes_a_rank) {
  constexpr Index columns = 256;
  const Index rows = std::max<Index>(1, bytes_a_rank / (columns * Index{sizeof(std::int32_t)})) * comm.size();
  const Trial trial(comm, directory);
  TransferSeconds seconds;
  {
    const Shard mine = Shard::of(rows, comm.rank(), comm.size());
    const auto values = numbered(mine, columns);
    const Stopwatch watch;
    OutputFile file(comm, trial.path());
    file.write_rows("/rows", mine, values, {columns});
    file.close();
    seconds.write = comm.max(watch.seconds());
  }
  const Shard theirs = Shard::of(rows, (comm.rank() + 1) % comm.size(), comm.size());
  const Stopwatch watch;
  const RowData read = agree(comm, [&] { return read_rows(open_dataset(trial.path()), theirs.begin, theirs.end); });
  seconds.read = comm.max(watch.seconds());
  agree(comm, [&] {
    const auto expected = numbered(theirs, columns);
    if (read.bytes.size() == expected.size() * sizeof(std::int32_t) &&
        std::memcmp(read.bytes.data(), expected.data(), read.bytes.size()) == 0)
      return;
    throw output_error("rank " + std::to_string(comm.rank()) + " on " + host_name() + " reads other bytes from '" +
                           directory + "' than were written by parallel HDF5",
                       "Try another file system, or another MPI-IO component: OMPI_MCA_io=ompio.");
  });
  comm.barrier();  // nobody removes the file while another reads it
  return seconds;
}

}  // namespace shoal
