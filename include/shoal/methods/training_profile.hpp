#pragma once
#include <optional>
#include <vector>

#include "shoal/core/timer.hpp"
#include "shoal/nn/network.hpp"

namespace shoal {

/// Where the time of training steps went on one rank, in seconds.
struct TrainingProfile {
  struct LayerTimes {
    double forward = 0;   ///< with the sums that it needs of the batch, as far as they are this rank's own
    double backward = 0;  ///< both gradients
  };
  std::vector<LayerTimes> layers;  ///< of the network's layers; sized by who fills it
  double load = 0;                 ///< samples into lanes
  double prepare = 0;              ///< packing the weights
  double loss = 0;
  double batch_sums = 0;     ///< waiting for the other ranks' batch sums (batch normalisation)
  double gradient_sum = 0;   ///< clearing, exchanging what was left, waiting, and reading the gradient sums
  double overlapped = 0;     ///< while sums travelled and the rank computed; not part of the step's own time
  double update = 0;         ///< optimizer
  double steps_seconds = 0;  ///< whole steps
  Index steps = 0;
  double samples = 0;  ///< that this rank did itself
};

/// Adds the time of its scope to a number; does nothing, not even look at the clock, where there is none.
class TimeInto {
 public:
  explicit TimeInto(double* seconds) : seconds_(seconds) {
    if (seconds_) watch_.emplace();
  }
  ~TimeInto() {
    if (seconds_) *seconds_ += watch_->seconds();
  }
  TimeInto(const TimeInto&) = delete;
  TimeInto& operator=(const TimeInto&) = delete;

 private:
  double* seconds_;
  std::optional<Stopwatch> watch_;
};

}  // namespace shoal
