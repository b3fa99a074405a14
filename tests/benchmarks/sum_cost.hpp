#pragma once
#include <vector>

#include "shoal/parallel/communicator.hpp"

namespace shoal::benchmark {

/// What the sum of one step's gradient costs, each way in turn, window by window; seconds of the slowest rank.
struct SumCost {
  std::vector<double> exact_seconds;  ///< by AdaptiveSum: the same bits at any number of ranks
  std::vector<double> plain_seconds;  ///< floats added up as they come and one float allreduce: other bits each time
};

/// Sums `parameters` numbers over the lane groups of a batch of `batch_size`, shared out over the ranks, as a training
/// step does; no network is run. `windows` times about `seconds` / `windows`. Collective.
SumCost measure_sums(const Communicator& comm, Index parameters, Index batch_size, double seconds, Index windows);

}  // namespace shoal::benchmark
