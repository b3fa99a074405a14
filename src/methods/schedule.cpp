#include "shoal/methods/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace shoal {

double learning_rate_at(const ScheduleOptions& options, double first_rate, Index step, const ScheduleLength& length,
                        Index reductions) {
  const auto s = static_cast<double>(step), all = static_cast<double>(length.epochs * length.steps_per_epoch);
  const double warmup = options.warmup_epochs * static_cast<double>(length.steps_per_epoch);
  const double warm = warmup > 0 ? std::min(1.0, (s + 1) / warmup) : 1;
  const auto reduced = [&](Index times) {
    return std::max(options.floor, first_rate * std::pow(options.factor, static_cast<double>(times)));
  };
  switch (options.kind) {
    case ScheduleKind::step:
      return warm * reduced(step / length.steps_per_epoch / options.epochs);
    case ScheduleKind::cosine: {
      const double progress = all > warmup ? std::clamp((s - warmup) / (all - warmup), 0.0, 1.0) : 0;
      return warm * (options.floor + (first_rate - options.floor) * (1 + std::cos(std::numbers::pi * progress)) / 2);
    }
    case ScheduleKind::plateau:
      return warm * reduced(reductions);
    case ScheduleKind::constant:
      break;
  }
  return warm * first_rate;
}

bool improves(double loss, double best, double least) {
  return loss < best * (1 - least);
}

Index epochs_without_improvement(std::span<const double> losses, double least) {
  double best = std::numeric_limits<double>::infinity();
  Index epochs = 0;
  for (const double loss : losses) {
    ++epochs;
    if (!improves(loss, best, least)) continue;
    best = loss;
    epochs = 0;
  }
  return epochs;
}

Index plateau_reductions(const ScheduleOptions& options, std::span<const double> losses, double least) {
  double best = std::numeric_limits<double>::infinity();
  Index epochs = 0, reductions = 0;
  for (const double loss : losses) {
    ++epochs;
    if (improves(loss, best, least)) {
      best = loss;
      epochs = 0;
    } else if (epochs == options.epochs) {
      ++reductions;
      epochs = 0;
    }
  }
  return reductions;
}

}  // namespace shoal
