#include "training_run.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/methods/encode.hpp"

namespace shoal {
namespace {

std::vector<Index> without(std::vector<Index> units, const std::vector<Index>& excused) {
  std::erase_if(units, [&](Index u) { return std::find(excused.begin(), excused.end(), u) != excused.end(); });
  return units;
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

TrainingRun::TrainingRun(const Communicator& comm, const Network& network, const FittedScaling& scaling,
                         const HeldOut& held_out, const BatchPlan& plan, const TrainingRows& rows,
                         const TrainOptions& options, const TrainCallbacks& callbacks)
    : comm_(comm),
      network_(network),
      scaling_(scaling),
      held_out_(held_out),
      plan_(plan),
      rows_(rows),
      options_(options),
      callbacks_(callbacks),
      blocks_(plan.blocks(comm.rank(), comm.size())),
      augmentation_(parse_augmentation(options.augment, scaling.format.shape)),
      noise_(parse_input_noise(options.input_noise)),
      batch_(comm, network, blocks_.size(), plan.groups(), bound_exponent_of(scaling.largest + noise_.reach()),
             options.loss, noise_, options.beta / static_cast<double>(network.input_size())),
      feed_(held_out, plan, blocks_, rows.data, rows.shard.begin),
      load_([this](Index group, Lanes* x, GroupDraws& draws) { return load(group, x, draws); }),
      optimizer_(options.optimizer, network.parameter_count()),
      gradient_(static_cast<std::size_t>(network.parameter_count())),
      length_{options.epochs, plan.steps()} {
  require_the_same_kernels(comm, network);
  result_.numbers = network.initial_numbers(options.seed);
  network.start_output_towards(scaling.means, result_.numbers);
  for (Index i = 0; i < held_out.held_out_count(); ++i)
    if (const Index row = held_out.held_out_row(i); rows.shard.owns(row)) measured_.push_back(row - rows.shard.begin);
  batch_.book_times(options.profile ? &result_.profile : nullptr);
}

Index TrainingRun::load(Index group, Lanes* x, GroupDraws& draws) const {
  const BatchFeed::Group samples = feed_.group(group);
  const auto count = std::ssize(samples.rows);
  draws.seed = options_.seed;
  draws.epoch = static_cast<std::uint64_t>(epoch_);
  std::copy(samples.global_rows.begin(), samples.global_rows.end(), draws.rows.begin());
  load_group(samples.data, samples.rows, scaling_.format, x);
  augment(augmentation_, scaling_.format.shape, draws, count, x);
  return count;
}

void TrainingRun::begin_epoch() {
  if (!in_epoch_) {
    ++epoch_;
    steps_done_ = 0;
    seconds_before_ = 0;
    in_epoch_ = true;
  }
  watch_ = {};
  reductions_ = plateau_reductions(options_.schedule, held_out_losses_, options_.min_improvement);
  feed_.begin_epoch(epoch_);
  for (Index step = 0; step < steps_done_; ++step) feed_.begin_step(step);  // a run that stopped has done them
}

void TrainingRun::step() {
  TrainingProfile* profile = options_.profile ? &result_.profile : nullptr;
  const Index samples = plan_.samples(steps_done_);
  const TimeInto step_time(profile ? &profile->steps_seconds : nullptr);
  feed_.begin_step(steps_done_);
  if (!batch_.compute(result_.numbers, blocks_.size(), load_, samples, gradient_))
    throw divergence(epoch_,
                     "the gradient of step " + std::to_string(steps_done_ + 1) + " of " +
                         std::to_string(plan_.steps()) + " is not finite or far too large",
                     options_);
  const TimeInto update_time(profile ? &profile->update : nullptr);
  if (profile) ++profile->steps;
  if (options_.optimizer.clip_norm > 0) clip_gradient(gradient_, options_.optimizer.clip_norm);
  optimizer_.update(result_.numbers.parameters, gradient_,
                    learning_rate_at(options_.schedule, options_.optimizer.learning_rate,
                                     (epoch_ - 1) * plan_.steps() + steps_done_, length_, reductions_));
  ++steps_done_;
  if (callbacks_.step) callbacks_.step({epoch_, steps_done_, plan_.steps(), samples});
}

double TrainingRun::held_out_loss() const {
  if (held_out_.held_out_count() == 0) return std::numeric_limits<double>::quiet_NaN();
  ExactSum sum(1, 84, 4);
  for (const double value :
       reconstruction_losses(network_, result_.numbers, scaling_.format, rows_.data, measured_, options_.loss))
    sum.add(std::span<const double>(&value, 1));
  sum.reduce(comm_);
  return sum[0] / static_cast<double>(held_out_.held_out_count());
}

void TrainingRun::end_epoch() {
  in_epoch_ = false;
  EpochStatistics statistics{.epoch = epoch_};
  statistics.training_loss = batch_.take_loss() / static_cast<double>(plan_.rows());
  if (network_.has_penalty()) statistics.divergence = batch_.take_penalty() / static_cast<double>(plan_.rows());
  statistics.held_out_loss = held_out_loss();
  statistics.learning_rate = learning_rate_at(options_.schedule, options_.optimizer.learning_rate,
                                              epoch_ * plan_.steps() - 1, length_, reductions_);
  held_out_losses_.push_back(statistics.held_out_loss);
  const auto excused = batch_.target_watch().constant_units(comm_);
  statistics.constant_outputs = without(batch_.output_watch().constant_units(comm_), excused);
  statistics.constant_codes = batch_.code_watch().constant_units(comm_);
  statistics.seconds = seconds_before_ + watch_.seconds();
  result_.history.push_back(statistics);
  if (callbacks_.epoch) callbacks_.epoch(statistics);
  if (!(statistics.training_loss <= 1000 * result_.history.front().training_loss))
    throw divergence(epoch_,
                     "the loss is " + format_number(statistics.training_loss) + " after " +
                         format_number(result_.history.front().training_loss) + " in the first epoch",
                     options_);
  result_.kept_epoch = epoch_;
  if (options_.keeps_best() && statistics.held_out_loss < lowest_loss_) {
    lowest_loss_ = statistics.held_out_loss;
    best_ = result_.numbers;
    best_epoch_ = epoch_;
  }
  result_.stopped_early = options_.patience > 0 && epoch_ < options_.epochs &&
                          epochs_without_improvement(held_out_losses_, options_.min_improvement) >= options_.patience;
}

TrainResult TrainingRun::result() {
  if (best_epoch_ > 0) {
    result_.numbers = std::move(best_);
    result_.kept_epoch = best_epoch_;
  }
  return std::move(result_);
}

}  // namespace shoal
