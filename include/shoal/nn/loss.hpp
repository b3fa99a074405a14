#pragma once
#include <array>

#include "shoal/core/lanes.hpp"

namespace shoal {

/// What training makes small, for an output y and its target t; a sample's loss is the mean over its elements, as
/// PyTorch's MSELoss, L1Loss, HuberLoss(delta) and BCELoss have it.
///   mse    (y - t)^2
///   l1     |y - t|
///   huber  (y - t)^2 / 2 where |y - t| <= delta, delta (|y - t| - delta / 2) beyond (Huber 1964,
///          DOI 10.1214/aoms/1177703732)
///   bce    -t log y - (1 - t) log(1 - y), each logarithm at least -100; y and t in [0, 1]
enum class LossKind { mse, l1, huber, bce };

/// The names of the enumerators, in their order.
inline constexpr std::array<const char*, 4> loss_names{"mse", "l1", "huber", "bce"};

struct LossOptions {
  LossKind kind = LossKind::mse;
  double delta = 1;  ///< of huber: where the parabola becomes a line
};

/// The loss of each of 16 samples of `size` elements, in double.
std::array<double, lane_count> losses(const LossOptions& options, const Lanes* y, const Lanes* t, Index size);

/// The same in one pass with dy, the gradient of the sum over the first `used` samples, zero in the other lanes, with
/// respect to what became y by a rectifier with this slope (layer.hpp; 1: none). Where y = t, the gradient of l1 is 0;
/// that of bce is (y - t) / max(y (1 - y), 1e-12), as in PyTorch. NaN stays NaN.
std::array<double, lane_count> losses_and_gradient(const LossOptions& options, const Lanes* y, const Lanes* t,
                                                   Index size, Index used, float slope, Lanes* dy);

}  // namespace shoal
