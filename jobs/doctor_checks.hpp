#pragma once
// What `shoal doctor` looks at. Every check is collective and returns the same findings on all ranks.
#include <string>
#include <vector>

#include "shoal/core/error.hpp"
#include "shoal/parallel/links.hpp"

namespace shoal {

enum class Verdict { good, warning, bad };

/// One row of the doctor's table.
struct Finding {
  std::string check;
  Verdict verdict = Verdict::good;
  std::string text;
  std::string hint;                   ///< what to do, unless it is good
  ExitCode code = ExitCode::failure;  ///< what the job ends with, where it is bad
};
using Findings = std::vector<Finding>;

/// Whether the processes that were started are the ranks of one world, and on how many machines they are.
Finding check_world(const Communicator& comm, const Machines& machines);

/// Whether all ranks run the same program with the same versions of MPI, HDF5 and BLAS, and an MPI that allows threads.
Findings check_versions(const Communicator& comm);

/// Whether each machine has a core and enough memory for each of its ranks.
Findings check_cores(const Communicator& comm, const Machines& machines);

/// Whether arithmetic gives known bits and, where it depends on the processor, the same on all ranks; and whether BLAS
/// keeps to the calling thread.
Findings check_arithmetic(const Communicator& comm);

/// How long sums over the ranks take, and whether mpirun would notice the loss of a machine.
Findings check_links(const Communicator& comm, const Machines& machines);

/// Whether results can be written to the directory, and how fast. `bytes_a_rank` is what each rank writes on trial.
Findings check_directory(const Communicator& comm, const Machines& machines, const std::string& directory,
                         std::int64_t bytes_a_rank);

}  // namespace shoal
