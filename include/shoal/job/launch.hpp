#pragma once
#include <string>

#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// What mpirun or srun wrote into the environment, which is known before MPI starts.

/// The number of processes started; 0 when no launcher's variable is found.
int launched_size();

/// This process's number among them; 0 without a launcher.
int launched_rank();

/// A warning when several processes were started but each of them is alone in its world (mpirun of another MPI library
/// than the program's, or srun without --mpi): all would do the same work and write the same file. Else empty.
std::string warning_if_alone(const Communicator& comm);

/// The warning's text for `started` processes in a world of `world` ranks.
std::string warning_if_alone(int started, int world);

}  // namespace shoal
