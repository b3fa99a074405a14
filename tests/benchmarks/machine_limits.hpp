#pragma once
#include "shoal/parallel/communicator.hpp"

namespace shoal::benchmark {

/// What this machine can do right now with as many cores as there are ranks, all at work at once.
struct MachineLimits {
  double fma_gflops = 0;       ///< multiply-adds in float, the sum over ranks
  double memory_gb_per_s = 0;  ///< reading 128 MiB a rank that are in no cache of its core, the sum over ranks
};

/// Takes about 0.1 s. Collective.
MachineLimits machine_limits(const Communicator& comm);

}  // namespace shoal::benchmark
