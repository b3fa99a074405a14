#pragma once
// The options of training, and what makes no sense together.
#include <string>

#include "shoal/job/options.hpp"
#include "shoal/methods/scaling.hpp"
#include "shoal/methods/train.hpp"
#include "shoal/nn/architecture.hpp"

namespace shoal {

void add_train_options(OptionSet& set, TrainOptions& options);

/// Option errors, on all ranks alike, for settings that contradict each other, the network or the data.
void require_training_options(const TrainOptions& options, const Architecture& network, const std::string& scale,
                              const HeldOut& held_out);

/// Option error where the loss needs values in [0, 1] and the scaled data have others.
void require_targets(const LossOptions& loss, const FittedScaling& scaling);

}  // namespace shoal
