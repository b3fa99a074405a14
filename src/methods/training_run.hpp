#pragma once
// The state of a training under way, and its steps; private to the room (train.hpp is what others see).
#include <limits>

#include "shoal/core/snapshot.hpp"
#include "shoal/methods/batch_feed.hpp"
#include "shoal/methods/batch_gradient.hpp"
#include "shoal/methods/train.hpp"
#include "shoal/nn/augmentation.hpp"

namespace shoal {

/// One training, from its first numbers to its result. References are kept. All members are collective.
class TrainingRun {
 public:
  TrainingRun(const Communicator& comm, const Network& network, const FittedScaling& scaling, const HeldOut& held_out,
              const BatchPlan& plan, const TrainingRows& rows, const TrainOptions& options,
              const TrainCallbacks& callbacks);

  bool has_epochs() const { return in_epoch_ || (epoch_ < options_.epochs && !result_.stopped_early); }
  void begin_epoch();
  bool has_steps() const { return steps_done_ < plan_.steps(); }
  void step();
  void end_epoch();
  TrainResult result();

  /// Everything after a step of an epoch, the same on all ranks; and back to it, at the beginning of a run.
  Snapshot state();
  void restore(const Snapshot& state);

 private:
  Index load(Index group, Lanes* x, GroupDraws& draws) const;
  double held_out_loss() const;

  const Communicator& comm_;
  const Network& network_;
  const FittedScaling& scaling_;
  const HeldOut& held_out_;
  const BatchPlan& plan_;
  const TrainingRows& rows_;
  const TrainOptions& options_;
  const TrainCallbacks& callbacks_;
  Shard blocks_;
  std::vector<Index> measured_;  // local numbers of my held-out rows
  Augmentation augmentation_;
  InputNoise noise_;
  BatchGradient batch_;
  BatchFeed feed_;
  BatchGradient::Load load_;
  Optimizer optimizer_;
  AlignedVector<float> gradient_;
  ScheduleLength length_;

  TrainResult result_;
  Index epoch_ = 0;       // that is under way, or done
  Index steps_done_ = 0;  // of this epoch
  bool in_epoch_ = false;
  Index reductions_ = 0;
  Stopwatch watch_;
  double seconds_before_ = 0;  // of this epoch, spent by a run that stopped
  std::vector<double> held_out_losses_;
  ModelNumbers best_;
  Index best_epoch_ = 0;  // none yet
  double lowest_loss_ = std::numeric_limits<double>::infinity();
};

}  // namespace shoal
