#pragma once
#include <vector>

#include "shoal/core/matrix.hpp"
#include "shoal/parallel/links.hpp"

namespace shoal {

/// The numbers of the cores (hardware threads) on which this process may run: all of the machine's, or what mpirun,
/// Slurm or a container has bound it to.
std::vector<Index> allowed_cores();

/// How many cores the ranks on this rank's machine may run on, all together: mpirun and Slurm bind ranks to different
/// ones. Collective.
Index cores_of_machine(const Communicator& comm, const Machines& machines);

/// The same of all machines; with fewer cores than ranks, some ranks share one. Collective.
Index cores_of_ranks(const Communicator& comm);

/// Bytes of memory that this machine could give to programs now (MemAvailable of Linux); 0 when it does not say.
double available_memory_bytes();

}  // namespace shoal
