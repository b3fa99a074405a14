#pragma once
#include "job.hpp"
#include "shoal/methods/training_profile.hpp"

namespace shoal {

/// Logs where the time of training steps went, as means over ranks: by layer and direction with GFLOP/s and share of
/// the core's multiply-add peak (measured now, for 0.1 s), then what lies between the layers and between the ranks.
/// Collective.
void tell_profile(JobContext& job, const Network& network, TrainingProfile profile);

}  // namespace shoal
