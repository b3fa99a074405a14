#pragma once
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// The ranks that mpirun gave to the test program.
inline Communicator test_world() {
  return Communicator(MPI_COMM_WORLD);
}

}  // namespace shoal
