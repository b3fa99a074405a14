#pragma once
#include <cstdint>
#include <string>

#include "shoal/parallel/communicator.hpp"

// What a directory can do, tried out with small files that are removed again. For `shoal doctor`.
namespace shoal {

/// Throws an output_error on all ranks unless files in `directory` can be created, written, synced, renamed over an
/// older one and removed by the root, and unless what the root wrote there can be read by every rank: a directory
/// that each machine has for itself (/tmp) is no place for a result. Collective.
void try_directory(const Communicator& comm, const std::string& directory);

/// What locks on files there are worth (flock, as HDF5 asks for).
enum class FileLocks {
  refused,  ///< the root gets none: some Lustre and NFS mounts are like that
  useless,  ///< the other rank gets one while the root holds it: each machine has locks of its own
  kept      ///< the root's lock keeps the other rank out
};

/// The root locks a file, which rank `other` then tries to lock; with one rank the root tries twice. Collective.
FileLocks try_locks(const Communicator& comm, const std::string& directory, int other);

/// Bytes that this user may still write there. Errors: output_error. Local.
std::int64_t free_bytes(const std::string& directory);

/// What a transfer of rows through a parallel HDF5 file took, the slowest rank's seconds.
struct TransferSeconds {
  double write = 0;
  double read = 0;
};

/// All ranks write `bytes_a_rank` each into one HDF5 file, as results are written, and read back what the next rank
/// wrote; output_error on all ranks where a byte differs or the disk fails. The file is removed. Collective.
TransferSeconds try_transfer(const Communicator& comm, const std::string& directory, std::int64_t bytes_a_rank);

}  // namespace shoal
