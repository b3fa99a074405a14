#pragma once
#include <algorithm>
#include <span>
#include <vector>

#include "shoal/nn/network.hpp"
#include "shoal/parallel/communicator.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {

/// The sums over a whole batch that batch normalisation needs, forward and backward; exact, so that they do not depend
/// on the ranks. What it needs is allocated once.
class BatchSums {
 public:
  explicit BatchSums(const Network& network);

  /// The sums over all groups of all ranks of what add(g, part) adds to zeros for group g < groups of this rank.
  /// Collective. They stay until the next call for the same layer.
  template <class Add>
  std::span<const double> over(const Communicator& comm, Index layer, Index groups, Add add) {
    ExactSum& sum = sums_[static_cast<std::size_t>(layer)];
    const auto part = std::span(part_).first(static_cast<std::size_t>(sum.size()));
    sum.clear();
    for (Index g = 0; g < groups; ++g) {
      std::fill(part.begin(), part.end(), 0.0);
      add(g, part);
      sum.add(std::span<const double>(part));
    }
    return finish(comm, layer);
  }

  /// Time spent in agreeing with the other ranks is added here; null: nowhere.
  void book_time(double* seconds) { seconds_ = seconds; }

 private:
  std::span<const double> finish(const Communicator& comm, Index layer);

  std::vector<ExactSum> sums_;               // by layer
  std::vector<double> part_;                 // of one group
  std::vector<std::vector<double>> totals_;  // by layer
  double* seconds_ = nullptr;
};

}  // namespace shoal
