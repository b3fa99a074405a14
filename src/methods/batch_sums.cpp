#include "shoal/methods/batch_sums.hpp"

#include <algorithm>

#include "shoal/methods/training_profile.hpp"

namespace shoal {

// Sums of activations, their squares and gradients over a batch, whatever their scale.
constexpr int sum_exponent = 60, sum_levels = 4;

BatchSums::BatchSums(const Network& network) {
  Index most = 0;
  for (Index i = 0; i < network.layer_count(); ++i) {
    const Index count = network.layer(i).batch_sum_count();
    sums_.emplace_back(count, sum_exponent, sum_levels);
    totals_.emplace_back(static_cast<std::size_t>(count));
    most = std::max(most, count);
  }
  part_.resize(static_cast<std::size_t>(most));
}

std::span<const double> BatchSums::finish(const Communicator& comm, Index layer) {
  const TimeInto time(seconds_);
  const auto n = static_cast<std::size_t>(layer);
  sums_[n].reduce(comm);
  for (Index i = 0; i < sums_[n].size(); ++i) totals_[n][static_cast<std::size_t>(i)] = sums_[n][i];
  return totals_[n];
}

}  // namespace shoal
