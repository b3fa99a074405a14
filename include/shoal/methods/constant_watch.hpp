#pragma once
#include <span>
#include <vector>

#include "shoal/core/lanes.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// Which output channels and code units took one value only: a sign that a ReLU has died or a code unit is unused.
/// Cheap: what has been seen to vary is not looked at again.
class ConstantWatch {
 public:
  explicit ConstantWatch(Index units)
      : low_(static_cast<std::size_t>(units)), high_(low_.size()), seen_(low_.size(), 0) {}

  /// Looks at `per_unit` consecutive Lanes a unit, first `used` lanes.
  void look(const Lanes* values, Index per_unit, Index used);
  /// The units that were constant over everything that all ranks have seen; then starts anew. Collective.
  std::vector<Index> constant_units(const Communicator& comm);

  /// What all ranks have seen so far: lowest and highest value of each unit, NaN where nothing was seen; and back to
  /// it, on all ranks. Collective.
  std::vector<float> saved(const Communicator& comm) const;
  void restore(std::span<const float> saved);

 private:
  std::vector<double> extremes(const Communicator& comm) const;

  std::vector<float> low_, high_;
  std::vector<char> seen_;  // 0 never, 1 constant so far, 2 varies
};

}  // namespace shoal
