#include "shoal/methods/train.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/core/timer.hpp"
#include "shoal/methods/batch_feed.hpp"
#include "shoal/methods/batch_gradient.hpp"
#include "shoal/methods/encode.hpp"
#include "shoal/nn/augmentation.hpp"

namespace shoal {
namespace {

std::vector<Index> without(std::vector<Index> units, const std::vector<Index>& excused) {
  std::erase_if(units, [&](Index u) { return std::find(excused.begin(), excused.end(), u) != excused.end(); });
  return units;
}

double held_out_loss(const Communicator& comm, const Network& network, const ModelNumbers& numbers,
                     const SampleFormat& format, const TrainingRows& rows, const std::vector<Index>& local_rows,
                     Index count, const LossOptions& loss) {
  if (count == 0) return std::numeric_limits<double>::quiet_NaN();
  ExactSum sum(1, 84, 4);
  for (const double value : reconstruction_losses(network, numbers, format, rows.data, local_rows, loss))
    sum.add(std::span<const double>(&value, 1));
  sum.reduce(comm);
  return sum[0] / static_cast<double>(count);
}

// A wide layer's gradients are summed otherwise where they are products of digits: ranks must do the same.
void require_the_same_kernels(const Communicator& comm, const Network& network) {
  std::int64_t by_digits = 0;
  for (Index i = 0; i < network.layer_count(); ++i) by_digits += network.layer(i).batch_maximum_count() > 0;
  if (comm.max(by_digits) == -comm.max(-by_digits)) return;
  throw option_error("the ranks' processors differ: some multiply tiles of bytes (AMX), some do not",
                     "use --engine vector, or machines of one kind")
      .set_on_all_ranks();
}

Error divergence(Index epoch, const std::string& what, const TrainOptions& options) {
  return numerics_error("training diverged in epoch " + std::to_string(epoch) + ": " + what,
                        "use a smaller --learning-rate (it was " + format_number(options.optimizer.learning_rate) +
                            "), or --scale unit or standardize if the data are not scaled")
      .set_on_all_ranks();
}

}  // namespace

Shard training_shard(const HeldOut& held_out, const BatchPlan& plan, int rank, int ranks) {
  const Shard blocks = plan.blocks(rank, ranks), positions = plan.positions(rank, ranks);
  if (blocks.size() == 0) return {held_out.rows(), 0, 0};
  return {held_out.rows(), blocks.begin == 0 ? 0 : held_out.training_row(positions.begin),
          blocks.end == plan.groups() ? held_out.rows() : held_out.training_row(positions.end)};
}

TrainResult train(const Communicator& comm, const Network& network, const FittedScaling& scaling,
                  const HeldOut& held_out, const BatchPlan& plan, const TrainingRows& rows, const TrainOptions& options,
                  const TrainCallbacks& callbacks) {
  require_the_same_kernels(comm, network);
  const SampleFormat& format = scaling.format;
  TrainResult result{.numbers = network.initial_numbers(options.seed)};
  network.start_output_towards(scaling.means, result.numbers);
  const Shard blocks = plan.blocks(comm.rank(), comm.size());
  std::vector<Index> measured;  // local numbers of my held-out rows
  for (Index i = 0; i < held_out.held_out_count(); ++i)
    if (const Index row = held_out.held_out_row(i); rows.shard.owns(row)) measured.push_back(row - rows.shard.begin);

  const Augmentation augmentation = parse_augmentation(options.augment, format.shape);
  const InputNoise noise = parse_input_noise(options.input_noise);
  BatchGradient batch(comm, network, blocks.size(), plan.groups(), bound_exponent_of(scaling.largest + noise.reach()),
                      options.loss, noise, options.beta / static_cast<double>(network.input_size()));
  BatchFeed feed(held_out, plan, blocks, rows.data, rows.shard.begin);
  TrainingProfile* profile = options.profile ? &result.profile : nullptr;
  batch.book_times(profile);
  Optimizer optimizer(options.optimizer, network.parameter_count());
  AlignedVector<float> gradient(static_cast<std::size_t>(network.parameter_count()));
  const ScheduleLength length{options.epochs, plan.steps()};
  std::vector<double> held_out_losses;
  ModelNumbers best;
  Index best_epoch = 0;  // none yet
  double lowest_loss = std::numeric_limits<double>::infinity();

  for (Index epoch = 1; epoch <= options.epochs; ++epoch) {
    const Stopwatch watch;
    EpochStatistics statistics{.epoch = epoch};
    const Index reductions = plateau_reductions(options.schedule, held_out_losses, options.min_improvement);
    feed.begin_epoch(epoch);

    const BatchGradient::Load load = [&](Index group, Lanes* x, GroupDraws& draws) {
      const BatchFeed::Group samples = feed.group(group);
      const auto count = std::ssize(samples.rows);
      draws.seed = options.seed;
      draws.epoch = static_cast<std::uint64_t>(epoch);
      std::copy(samples.global_rows.begin(), samples.global_rows.end(), draws.rows.begin());
      load_group(samples.data, samples.rows, format, x);
      augment(augmentation, format.shape, draws, count, x);
      return count;
    };
    for (Index step = 0; step < plan.steps(); ++step) {
      const Index samples = plan.samples(step);
      const TimeInto step_time(profile ? &profile->steps_seconds : nullptr);
      feed.begin_step(step);
      if (!batch.compute(result.numbers, blocks.size(), load, samples, gradient))
        throw divergence(epoch,
                         "the gradient of step " + std::to_string(step + 1) + " of " + std::to_string(plan.steps()) +
                             " is not finite or far too large",
                         options);
      const TimeInto update_time(profile ? &profile->update : nullptr);
      if (profile) ++profile->steps;
      if (options.optimizer.clip_norm > 0) clip_gradient(gradient, options.optimizer.clip_norm);
      statistics.learning_rate = learning_rate_at(options.schedule, options.optimizer.learning_rate,
                                                  (epoch - 1) * plan.steps() + step, length, reductions);
      optimizer.update(result.numbers.parameters, gradient, statistics.learning_rate);
      if (callbacks.step) callbacks.step({epoch, step + 1, plan.steps(), samples});
    }

    statistics.training_loss = batch.take_loss() / static_cast<double>(plan.rows());
    if (network.has_penalty()) statistics.divergence = batch.take_penalty() / static_cast<double>(plan.rows());
    statistics.held_out_loss =
        held_out_loss(comm, network, result.numbers, format, rows, measured, held_out.held_out_count(), options.loss);
    held_out_losses.push_back(statistics.held_out_loss);
    const auto excused = batch.target_watch().constant_units(comm);
    statistics.constant_outputs = without(batch.output_watch().constant_units(comm), excused);
    statistics.constant_codes = batch.code_watch().constant_units(comm);
    statistics.seconds = watch.seconds();
    result.history.push_back(statistics);
    if (callbacks.epoch) callbacks.epoch(statistics);
    if (!(statistics.training_loss <= 1000 * result.history.front().training_loss))
      throw divergence(epoch,
                       "the loss is " + format_number(statistics.training_loss) + " after " +
                           format_number(result.history.front().training_loss) + " in the first epoch",
                       options);
    result.kept_epoch = epoch;
    if (options.keeps_best() && statistics.held_out_loss < lowest_loss) {
      lowest_loss = statistics.held_out_loss;
      best = result.numbers;
      best_epoch = epoch;
    }
    result.stopped_early = options.patience > 0 && epoch < options.epochs &&
                           epochs_without_improvement(held_out_losses, options.min_improvement) >= options.patience;
    if (result.stopped_early) break;
  }
  if (best_epoch > 0) {
    result.numbers = std::move(best);
    result.kept_epoch = best_epoch;
  }
  return result;
}

}  // namespace shoal
