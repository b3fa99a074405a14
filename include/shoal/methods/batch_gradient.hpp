#pragma once
#include <functional>
#include <vector>

#include "shoal/nn/loss.hpp"
#include "shoal/nn/network.hpp"
#include "shoal/parallel/exact_sum.hpp"

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

 private:
  std::vector<float> low_, high_;
  std::vector<char> seen_;  // 0 never, 1 constant so far, 2 varies
};

/// The loss and gradient of one batch, summed exactly over the lane groups of all ranks.
///
/// The layers are cut into segments at each layer that needs sums over the whole batch (batch normalisation). Inside a
/// segment a group's activations stay in cache; between segments the ranks add up. Without such layers there is one
/// segment and one workspace, whatever the batch size.
class BatchGradient {
 public:
  /// For at most `most_groups` lane groups on this rank. |x| of the network's input stays below 2^input_exponent.
  BatchGradient(const Communicator& comm, const Network& network, Index most_groups, int input_exponent,
                const LossOptions& loss = {});

  /// Puts group `group`'s samples into x and returns how many there are (0 to 16).
  using Load = std::function<Index(Index group, Lanes* x)>;

  /// gradient = mean over the batch's `samples` samples (of all ranks) of d loss / d parameters; updates the running
  /// statistics in numbers.state. False when a gradient was not finite or too large to be sane. Collective: a rank
  /// without groups takes part.
  bool compute(ModelNumbers& numbers, Index groups, const Load& load, Index samples, std::span<float> gradient);

  /// The sum of the samples' losses since the last call, over all ranks. Collective.
  double take_loss();

  ConstantWatch& code_watch() { return code_watch_; }
  ConstantWatch& output_watch() { return output_watch_; }
  ConstantWatch& target_watch() { return target_watch_; }

  /// Memory that one takes, for the estimate before a run.
  static double bytes(const Network& network, Index most_groups);

 private:
  void forward_segment(Index segment, Index groups, const Load& load, Index samples, ModelNumbers& numbers);
  void backward_segment(Index segment, Index group, std::span<const float> parameters, Index samples);
  void finish_group(Index group);
  Workspace& workspace(Index group) { return workspaces_[segment_count() > 1 ? static_cast<std::size_t>(group) : 0]; }
  Index segment_count() const { return static_cast<Index>(begins_.size()) - 1; }
  Index begin_of(Index segment) const { return begins_[static_cast<std::size_t>(segment)]; }

  Communicator comm_;
  const Network& network_;
  LossOptions loss_;
  std::vector<Index> begins_;  // first layer of each segment, then the number of layers
  std::vector<Workspace> workspaces_;
  std::vector<Index> used_;  // lanes in use, by group
  AlignedVector<float> prepared_;
  AlignedVector<float> partial_;       // one group's gradient
  std::vector<double> backward_sums_;  // finished sums of the batch-normalisation layer at hand
  ExactSum gradient_sum_, loss_sum_;
  ConstantWatch code_watch_, output_watch_, target_watch_;
};

}  // namespace shoal
