#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "shoal/core/timer.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// A phase's seconds over the ranks, and what of them went into exchanges.
struct PhaseTiming {
  std::string phase;
  double min_seconds = 0;
  double mean_seconds = 0;
  double max_seconds = 0;
  int slowest_rank = 0;  ///< the lowest one with max_seconds
  std::vector<double> seconds_of_rank = {};
  std::vector<double> communication_seconds_of_rank = {};  ///< within the phase
  std::vector<double> communicated_bytes_of_rank = {};
  std::int64_t collective_calls = 0;  ///< of the rank with the most
};

/// The phases of all ranks. Collective, and every rank gets the same; throws on all ranks when they did not all
/// measure the same phases in the same order.
std::vector<PhaseTiming> timing_over_ranks(const Communicator& comm, const Timings& timings);

/// A table of phase, min, mean and max over ranks, slowest rank, and share of the sum of all phases' means; of several
/// ranks also the phases' mean share of time in communication.
std::string timing_table(const std::vector<PhaseTiming>& phases);

/// The same for these ranks. Collective.
std::string timing_table(const Communicator& comm, const Timings& timings);

}  // namespace shoal
