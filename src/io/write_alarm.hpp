#pragma once
#include <hdf5.h>

#include <string>

#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// While one lives, a write of an MPI file that fails on this rank ends all ranks with the status of an output error
/// and a sentence about `path`, after removing `partial`.
///
/// For HDF5 1.10's flush of metadata, which each rank writes a share of: after a failure, one rank goes on to a
/// broadcast while the others stand in a barrier, and none of them ever returns to be asked (measured). Does nothing in
/// a world of one, where HDF5 does return.
class WriteAlarm {
 public:
  /// The strings must live longer.
  WriteAlarm(const Communicator& comm, const std::string& path, const std::string& partial);
  ~WriteAlarm();
  WriteAlarm(const WriteAlarm&) = delete;
  WriteAlarm& operator=(const WriteAlarm&) = delete;

  /// Files that are opened from now on report their failures here; they go on as before while no alarm lives.
  static void listen();
};

}  // namespace shoal
