#pragma once
#include <string>
#include <vector>

#include "shoal/core/timer.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// A phase's seconds over the ranks.
struct PhaseTiming {
  std::string phase;
  double min_seconds = 0;
  double mean_seconds = 0;
  double max_seconds = 0;
  int slowest_rank = 0;  ///< the lowest one with max_seconds
};

/// The phases of all ranks. Collective, and every rank gets the same; throws on all ranks when they did not all
/// measure the same phases in the same order.
std::vector<PhaseTiming> timing_over_ranks(const Communicator& comm, const Timings& timings);

/// A table of phase, min, mean and max over ranks, slowest rank, and share of the sum of all phases' means.
std::string timing_table(const std::vector<PhaseTiming>& phases);

/// The same for these ranks. Collective.
std::string timing_table(const Communicator& comm, const Timings& timings);

}  // namespace shoal
