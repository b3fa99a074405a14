#pragma once
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// The numbers of the cores (hardware threads) on which this process may run: all of the machine's, or what mpirun,
/// Slurm or a container has bound it to.
std::vector<Index> allowed_cores();

/// Bytes of memory that this machine could give to programs now (MemAvailable of Linux); 0 when it does not say.
double available_memory_bytes();

}  // namespace shoal
