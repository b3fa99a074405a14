#pragma once
#include <array>
#include <span>

#include "shoal/core/matrix.hpp"

namespace shoal {

enum class ScheduleKind { constant, step, cosine, plateau };

/// The names of the enumerators, in their order.
inline constexpr std::array<const char*, 4> schedule_names{"constant", "step", "cosine", "plateau"};

/// How the learning rate changes. With the rate r at first, and S steps in all of which W are warm-up, step s (from 0)
/// of epoch e (from 0) has the rate min(1, (s + 1) / W) times
///   constant  r
///   step      max(floor, r factor^(e / epochs, whole)), PyTorch's StepLR
///   cosine    floor + (r - floor) (1 + cos(pi (s - W) / (S - W))) / 2, r while s < W; PyTorch's CosineAnnealingLR by
///             steps (Loshchilov, Hutter 2017, arXiv:1608.03983)
///   plateau   max(floor, r factor^reductions), one reduction after each `epochs` epochs without improvement;
///             PyTorch's ReduceLROnPlateau, whose patience is one less, with eps 0
struct ScheduleOptions {
  ScheduleKind kind = ScheduleKind::constant;
  Index epochs = 10;         ///< step: between reductions; plateau: without improvement that bring one
  double factor = 0.1;       ///< of a reduction
  double floor = 0;          ///< no rate is below, warm-up aside
  double warmup_epochs = 0;  ///< W in epochs, may be a fraction
};

/// How many steps a training has, in epochs of equal length.
struct ScheduleLength {
  Index epochs = 0, steps_per_epoch = 0;
};

/// The learning rate of step `step` (from 0, over all epochs). A pure function, so a training that is resumed has the
/// rates of one that was never interrupted. `reductions`: of plateau, so far.
double learning_rate_at(const ScheduleOptions& options, double first_rate, Index step, const ScheduleLength& length,
                        Index reductions);

/// Whether `loss` counts as better than the best so far: loss < best (1 - least). A NaN never does.
bool improves(double loss, double best, double least);

/// Epochs since the last that improved on the best before it; `losses` are those of the epochs so far.
Index epochs_without_improvement(std::span<const double> losses, double least);

/// Reductions of the schedule `plateau` after epochs with these losses: one whenever `epochs` epochs in a row, since
/// the last improvement or the last reduction, brought no improvement.
Index plateau_reductions(const ScheduleOptions& options, std::span<const double> losses, double least);

}  // namespace shoal
