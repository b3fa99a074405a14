#include "training_options.hpp"

#include <algorithm>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

void require(bool sensible, const std::string& message, const std::string& hint) {
  if (!sensible) throw option_error(message, hint).set_on_all_ranks();
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

  set.group("Optimizer");
  OptimizerOptions& optimizer = options.optimizer;
  set.add_choice("optimizer", optimizer.method, {update_rule_names.begin(), update_rule_names.end()},
                 "update rule, as in PyTorch; adamw: adam with weight decay apart from the gradient");
  set.add("learning-rate", optimizer.learning_rate, "step size; does not change with the number of ranks").above(0);
  set.add("weight-decay", optimizer.weight_decay, "pull of all parameters towards 0").at_least(0);
  set.add("clip-norm", optimizer.clip_norm, "longest gradient (L2 norm over all parameters); 0: any").at_least(0);
  set.add("momentum", optimizer.momentum, "of sgd").in(0, 1);
  set.add("nesterov", optimizer.nesterov, "of sgd: look ahead along the momentum");
  set.add("beta1", optimizer.beta1, "of adam and adamw: memory of the mean gradient").in(0, 1);
  set.add("beta2", optimizer.beta2, "of adam and adamw: memory of its square").in(0, 1);
  set.add("epsilon", optimizer.epsilon, "of adam and adamw: added to the root of that square").above(0);
}

void require_training_options(const TrainOptions& options, const Architecture& network, const std::string& scale) {
  const OptimizerOptions& optimizer = options.optimizer;
  require(optimizer.beta1 < 1 && optimizer.beta2 < 1, "--beta1 and --beta2 must be below 1: nothing would be learnt",
          "leave them at 0.9 and 0.999");
  require(!optimizer.nesterov || (optimizer.method == UpdateRule::sgd && optimizer.momentum > 0),
          "--nesterov needs --optimizer sgd with a momentum", "add --optimizer sgd --momentum 0.9, or leave it out");
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
