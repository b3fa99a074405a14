#include "training_options.hpp"

#include <algorithm>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

void require(bool sensible, const std::string& message, const std::string& hint) {
  if (!sensible) throw option_error(message, hint).set_on_all_ranks();
}

void require_held_out(const HeldOut& held_out, const std::string& setting) {
  require(held_out.held_out_count() > 0,
          setting + " goes by the held-out loss, but no rows of " + format_count(held_out.rows()) + " are held out",
          "hold some out, e.g. --held-out 0.1, or leave " + setting + " out");
}

void require_outputs_in_unit_range(const Architecture& network) {
  const auto moves_only = [](const LayerSpec& layer) {
    return layer.kind == LayerKind::flatten || layer.kind == LayerKind::reshape;
  };
  const auto last = std::find_if_not(network.decoder.rbegin(), network.decoder.rend(), moves_only);
  require(last != network.decoder.rend() && last->kind == LayerKind::sigmoid,
          "the loss bce needs outputs in [0, 1], but the decoder does not end in sigmoid: " + text_of(network.decoder),
          "use --output-activation sigmoid (auto chooses it), or let your own --decoder end in sigmoid");
}

}  // namespace

void add_train_options(OptionSet& set, TrainOptions& options) {
  set.group("Training");
  set.add("epochs", options.epochs, "passes over the data").at_least(1);
  set.add("batch-size", options.batch_size, "samples a step, over all ranks together").at_least(1);
  set.add("held-out", options.held_out, "fraction of the rows that only measure the loss").in(0, 0.5);
  set.add_choice("loss", options.loss.kind, {loss_names.begin(), loss_names.end()},
                 "mean over the values of a sample; bce: binary cross-entropy, for data scaled to [0, 1]");
  set.add("huber-delta", options.loss.delta, "of huber: errors beyond this count linearly, in scaled units").above(0);
  set.add("beta", options.beta,
          "of a variational autoencoder: weight of the Kullback-Leibler divergence over the number of values of a "
          "sample")
      .at_least(0);
  set.add_choice("engine", options.engine, {engine_names.begin(), engine_names.end()},
                 "vector: no tiles of bytes (AMX), for ranks on machines of different kinds; reference: plain loops in "
                 "double, slow, to check the fast kernels against");
  set.add("profile", options.profile, "measure and print where the time of training steps goes").not_stored();

  set.group("Noise");
  set.add("input-noise", options.input_noise,
          "on the input, not on what is to be reproduced: gaussian:0.1 (deviation, in scaled units) or mask:0.3 (share "
          "of values set to 0)");
  set.add("augment", options.augment,
          "of images, anew in each epoch: flip (left and right, every other one), shift:4 (by up to 4 pixels), or "
          "flip,shift:4");

  set.group("Optimizer");
  OptimizerOptions& optimizer = options.optimizer;
  set.add_choice("optimizer", optimizer.method, {update_rule_names.begin(), update_rule_names.end()},
                 "update rule, as in PyTorch; adamw: adam with weight decay apart from the gradient");
  set.add("weight-decay", optimizer.weight_decay, "pull of all parameters towards 0").at_least(0);
  set.add("clip-norm", optimizer.clip_norm, "longest gradient (L2 norm over all parameters); 0: any").at_least(0);
  set.add("momentum", optimizer.momentum, "of sgd").in(0, 1);
  set.add("nesterov", optimizer.nesterov, "of sgd: look ahead along the momentum");
  set.add("beta1", optimizer.beta1, "of adam and adamw: memory of the mean gradient").in(0, 1);
  set.add("beta2", optimizer.beta2, "of adam and adamw: memory of its square").in(0, 1);
  set.add("epsilon", optimizer.epsilon, "of adam and adamw: added to the root of that square").above(0);

  set.group("Learning rate");
  ScheduleOptions& schedule = options.schedule;
  set.add("learning-rate", optimizer.learning_rate, "step size, at first; does not change with the number of ranks")
      .above(0);
  set.add_choice("schedule", schedule.kind, {schedule_names.begin(), schedule_names.end()},
                 "step: falls every few epochs; cosine: falls all the time, to the floor; plateau: falls when the "
                 "held-out loss has not improved for a while");
  set.add("schedule-epochs", schedule.epochs,
          "of step: epochs between two falls; of plateau: epochs without improvement before one")
      .at_least(1);
  set.add("schedule-factor", schedule.factor, "of step and plateau: what a fall multiplies the learning rate by")
      .in(0, 1);
  set.add("schedule-floor", schedule.floor, "the learning rate falls no lower").at_least(0);
  set.add("warmup-epochs", schedule.warmup_epochs, "rise linearly from 0 over so many epochs, or a fraction of one")
      .at_least(0);

  set.group("Stopping");
  set.add("patience", options.patience, "stop after so many epochs without improvement of the held-out loss; 0: never")
      .at_least(0);
  set.add("min-improvement", options.min_improvement,
          "share of the best held-out loss by which one must be lower to count as an improvement")
      .in(0, 1);
  set.add_choice("keep", options.keep, {keep_names.begin(), keep_names.end()},
                 "the model of which epoch: best by the held-out loss, or last; auto: best with --patience, else last");
}

void require_training_options(const TrainOptions& options, const Architecture& network, const std::string& scale,
                              const HeldOut& held_out) {
  const OptimizerOptions& optimizer = options.optimizer;
  require(optimizer.beta1 < 1 && optimizer.beta2 < 1, "--beta1 and --beta2 must be below 1: nothing would be learnt",
          "leave them at 0.9 and 0.999");
  require(!optimizer.nesterov || (optimizer.method == UpdateRule::sgd && optimizer.momentum > 0),
          "--nesterov needs --optimizer sgd with a momentum", "add --optimizer sgd --momentum 0.9, or leave it out");
  const ScheduleOptions& schedule = options.schedule;
  require(schedule.floor <= optimizer.learning_rate,
          "--schedule-floor " + format_number(schedule.floor) + " is above --learning-rate " +
              format_number(optimizer.learning_rate),
          "choose a lower floor");
  require(schedule.warmup_epochs <= static_cast<double>(options.epochs),
          "--warmup-epochs " + format_number(schedule.warmup_epochs) + " is longer than --epochs " +
              std::to_string(options.epochs),
          "choose a shorter warm-up, or more epochs");
  if (schedule.kind == ScheduleKind::plateau) require_held_out(held_out, "--schedule plateau");
  if (options.patience > 0) require_held_out(held_out, "--patience");
  if (options.keep == Keep::best) require_held_out(held_out, "--keep best");
  const auto samples = [](const LayerSpec& layer) { return layer.kind == LayerKind::sample; };
  require(options.beta == TrainOptions{}.beta || std::any_of(network.encoder.begin(), network.encoder.end(), samples) ||
              std::any_of(network.decoder.begin(), network.decoder.end(), samples),
          "--beta weighs what a sampling layer adds to the loss, but this network has none",
          "use --network vae, end your own --encoder in sample, or leave --beta out");
  if (options.loss.kind == LossKind::bce) {
    require(scale != "standardize", "the loss bce needs data in [0, 1], which --scale standardize does not give",
            "use --scale unit, or another --loss");
    require_outputs_in_unit_range(network);
  }
}

void require_targets(const LossOptions& loss, const FittedScaling& scaling) {
  if (loss.kind != LossKind::bce || scaling.chosen == Scaling::unit) return;
  require(scaling.lowest >= 0 && scaling.largest <= 1,
          "the loss bce needs data in [0, 1], but as scaled they go down to " + format_number(scaling.lowest) +
              " and up to " + format_number(scaling.largest) + " in magnitude",
          "use --scale unit (uint8, uint16, int16), bring the data to [0, 1] yourself, or choose another --loss");
}

}  // namespace shoal
