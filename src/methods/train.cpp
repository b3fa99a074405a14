#include "shoal/methods/train.hpp"

#include "training_run.hpp"

namespace shoal {
Shard training_shard(const HeldOut& held_out, const BatchPlan& plan, int rank, int ranks) {
  const Shard blocks = plan.blocks(rank, ranks), positions = plan.positions(rank, ranks);
  if (blocks.size() == 0) return {held_out.rows(), 0, 0};
  return {held_out.rows(), blocks.begin == 0 ? 0 : held_out.training_row(positions.begin),
          blocks.end == plan.groups() ? held_out.rows() : held_out.training_row(positions.end)};
}

TrainResult train(const Communicator& comm, const Network& network, const FittedScaling& scaling,
                  const HeldOut& held_out, const BatchPlan& plan, const TrainingRows& rows, const TrainOptions& options,
                  const TrainCallbacks& callbacks, const Checkpoints& checkpoints) {
  TrainingRun run(comm, network, scaling, held_out, plan, rows, options, callbacks);
  if (checkpoints.begin) run.restore(*checkpoints.begin);
  const bool complete = !run.has_epochs();
  while (run.has_epochs()) {
    run.begin_epoch();
    while (run.has_steps()) {
      run.step();
      pause_if_due(checkpoints, [&] { return run.state(); });
    }
    run.end_epoch();
  }
  if (checkpoints.save && !complete)
    checkpoints.save(run.state());  // what comes after may still fail: this need not be done again
  return run.result();
}

}  // namespace shoal
