#pragma once
#include <functional>
#include <vector>

#include "shoal/core/snapshot.hpp"
#include "shoal/methods/batch_sums.hpp"
#include "shoal/methods/constant_watch.hpp"
#include "shoal/methods/training_profile.hpp"
#include "shoal/nn/input_noise.hpp"
#include "shoal/nn/loss.hpp"
#include "shoal/nn/workspace.hpp"
#include "shoal/parallel/adaptive_sum.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {

/// The loss and gradient of one batch, summed over the lane groups of all ranks in a way that does not depend on who
/// computed which group.
///
/// The layers are cut into segments. A segment begins at each layer that needs sums over the whole batch (batch
/// normalisation: between segments the ranks add up) and at each wide dense layer (whose weights serve all groups while
/// they are in cache). Inside a segment one group after the other goes through all layers, so that its activations
/// stay in cache. A network without such layers is one segment and needs one workspace, whatever the batch size.
class BatchGradient {
 public:
  /// For at most `most_groups` lane groups on this rank and `all_groups` in a batch. |x| of the network's input stays
  /// below 2^input_exponent, noise included; the target is the input without its noise. The layers' penalties have
  /// `penalty_weight` in the loss.
  BatchGradient(Communicator comm, const Network& network, Index most_groups, Index all_groups, int input_exponent,
                const LossOptions& loss = {}, const InputNoise& noise = {}, double penalty_weight = 0);

  /// Puts group `group`'s samples into x, says which they are, and returns how many there are (0 to 16).
  using Load = std::function<Index(Index group, Lanes* x, GroupDraws& draws)>;

  /// gradient = mean over the batch's `samples` samples (of all ranks) of d loss / d parameters; updates the running
  /// statistics in numbers.state. False when a gradient was not finite or too large to be sane. Collective: a rank
  /// without groups takes part.
  bool compute(ModelNumbers& numbers, Index groups, const Load& load, Index samples, std::span<float> gradient);

  /// The sum of the samples' losses since the last call, over all ranks. Collective.
  double take_loss() { return take(loss_sum_); }
  /// The sum of the samples' penalties, not weighed, since the last call, over all ranks. Collective.
  double take_penalty() { return take(penalty_sum_); }

  /// What was summed and seen since the last take, over all ranks, and what the next sums depend on; and back to it.
  /// Collective.
  Snapshot state() const;
  void restore(const Snapshot& state);

  ConstantWatch& code_watch() { return code_watch_; }
  ConstantWatch& output_watch() { return output_watch_; }
  ConstantWatch& target_watch() { return target_watch_; }

  /// Books the time of all further steps here; null: nowhere.
  void book_times(TrainingProfile* profile);

  /// Memory that one takes, for the estimate before a run.
  static double bytes(const Network& network, Index most_groups, const InputNoise& noise = {});

 private:
  void run(ModelNumbers& numbers, Index groups, const Load& load, Index samples);
  void forward_segment(Index segment, Index groups, const Load& load, Index samples, ModelNumbers& numbers);
  void backward_segment(Index segment, Index group, std::span<const float> parameters, Index samples);
  void backward_first_layer(Index segment, Index groups, std::span<const float> parameters, Index samples);
  void finish_group(Index group);
  double take(ExactSum& sum);
  void gradients_are_complete_from(Index layer);
  Layer::Backward backward_pass(Index group, Index layer, std::span<const float> parameters, Index samples);

  double* booked(double TrainingProfile::*time) { return profile_ ? &(profile_->*time) : nullptr; }
  double* forward_time(Index i) { return profile_ ? &profile_->layers[static_cast<std::size_t>(i)].forward : nullptr; }
  double* backward_time(Index i) {
    return profile_ ? &profile_->layers[static_cast<std::size_t>(i)].backward : nullptr;
  }
  Workspace& workspace(Index group) { return workspaces_[segment_count() > 1 ? static_cast<std::size_t>(group) : 0]; }
  Index segment_count() const { return static_cast<Index>(begins_.size()) - 1; }
  Index begin_of(Index segment) const { return begins_[static_cast<std::size_t>(segment)]; }
  Index end_of(Index segment) const { return begin_of(segment + 1); }

  Communicator comm_;
  const Network& network_;
  LossOptions loss_;
  InputNoise noise_;
  double penalty_weight_;
  std::vector<Index> begins_;  // first layer of each segment, then the number of layers
  std::vector<Workspace> workspaces_;
  std::vector<Index> used_;        // lanes in use, by group
  std::vector<GroupDraws> draws_;  // by group
  std::vector<double> losses_;     // by group, penalties included
  std::vector<double> penalties_;  // by group
  AlignedVector<float> prepared_, scratch_;
  AlignedVector<float> state_before_;
  BatchSums forward_sums_, backward_sums_;
  std::vector<std::span<const double>> finished_;  // backward sums, by layer
  std::vector<Layer::Forward> forward_passes_;
  std::vector<Layer::Backward> backward_passes_;
  std::vector<double> maxima_;
  AdaptiveSum gradient_sum_;
  Index summed_from_ = 0;  // the first parameter whose sum over ranks has been started
  ExactSum loss_sum_, penalty_sum_;
  ConstantWatch code_watch_, output_watch_, target_watch_;
  TrainingProfile* profile_ = nullptr;
  std::optional<Stopwatch> travelling_;  // since the first sum was started
};

}  // namespace shoal
