#pragma once
#include <vector>

#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// Which ranks share a machine, hence its memory and cores.
struct Machines {
  Index count = 1;           ///< machines in all
  std::vector<int> of_rank;  ///< the lowest rank on each rank's machine
  Index ranks_here = 1;      ///< on this rank's machine

  bool same(int rank, int other) const {
    return of_rank[static_cast<std::size_t>(rank)] == of_rank[static_cast<std::size_t>(other)];
  }
};

/// Collective. Goes by what MPI knows of shared memory, not by names, of which containers may have the same.
Machines find_machines(const Communicator& comm);

/// Seconds of one sum over all ranks of `numbers` doubles: the median of `repetitions`, of the slowest rank; the same
/// on all ranks. Collective.
double allreduce_seconds(const Communicator& comm, Index numbers, int repetitions);

}  // namespace shoal
