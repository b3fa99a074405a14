#include "shoal/nn/loss.hpp"

#include <algorithm>

#include "shoal/core/lane_log.hpp"

namespace shoal {
namespace {

using Losses = std::array<double, lane_count>;

// Each rule returns the loss of an element of 16 samples and sets its derivative by y. Comparisons are such that a NaN
// comes out as NaN.
struct SquaredError {
  Lanes operator()(const Lanes& y, const Lanes& t, Lanes& slope) const {
    const Lanes d = y - t;
    slope = 2.0f * d;
    return d * d;
  }
};

struct AbsoluteError {
  Lanes operator()(const Lanes& y, const Lanes& t, Lanes& slope) const {
    const Lanes d = y - t;
    slope = d > 0 ? broadcast(1) : d < 0 ? broadcast(-1) : d;
    return d < 0 ? -d : d;
  }
};

struct Huber {
  Lanes delta;
  Lanes operator()(const Lanes& y, const Lanes& t, Lanes& slope) const {
    const Lanes d = y - t;
    slope = d > delta ? delta : d < -delta ? -delta : d;
    return slope * (d - 0.5f * slope);
  }
};

struct CrossEntropy {
  Lanes operator()(const Lanes& y, const Lanes& t, Lanes& slope) const {
    const Lanes least_log = broadcast(-100), least_variance = broadcast(1e-12f);
    const Lanes log_y = log_of_lanes(y), log_rest = log_of_lanes(1.0f - y), variance = y * (1.0f - y);
    slope = (y - t) / (variance < least_variance ? least_variance : variance);
    return -t * (log_y < least_log ? least_log : log_y) - (1.0f - t) * (log_rest < least_log ? least_log : log_rest);
  }
};

template <bool with_gradient, class Rule>
Losses pass(const Rule& rule, const Lanes* y, const Lanes* t, Index size, Index used, float below, Lanes* dy) {
  Lanes factor{};
  for (Index l = 0; l < used; ++l) factor[l] = 1.0f / static_cast<float>(size);
  const Lanes below_factor = below * factor;
  Losses losses{};
  constexpr Index chunk = 32;  // few enough terms for float, then double
  for (Index at = 0; at < size; at += chunk) {
    Lanes sum{};
    for (Index i = at; i < std::min(size, at + chunk); ++i) {
      Lanes slope;
      sum += rule(y[i], t[i], slope);
      if constexpr (with_gradient) dy[i] = (y[i] > 0 ? factor : below_factor) * slope;
    }
    for (std::size_t l = 0; l < losses.size(); ++l) losses[l] += sum[l];
  }
  for (double& e : losses) e /= static_cast<double>(size);
  return losses;
}

template <bool with_gradient>
Losses pass_of_kind(const LossOptions& options, const Lanes* y, const Lanes* t, Index size, Index used, float below,
                    Lanes* dy) {
  switch (options.kind) {
    case LossKind::l1:
      return pass<with_gradient>(AbsoluteError{}, y, t, size, used, below, dy);
    case LossKind::huber:
      return pass<with_gradient>(Huber{broadcast(static_cast<float>(options.delta))}, y, t, size, used, below, dy);
    case LossKind::bce:
      return pass<with_gradient>(CrossEntropy{}, y, t, size, used, below, dy);
    case LossKind::mse:
      break;
  }
  return pass<with_gradient>(SquaredError{}, y, t, size, used, below, dy);
}

}  // namespace

Losses losses(const LossOptions& options, const Lanes* y, const Lanes* t, Index size) {
  return pass_of_kind<false>(options, y, t, size, 0, 1, nullptr);
}

Losses losses_and_gradient(const LossOptions& options, const Lanes* y, const Lanes* t, Index size, Index used,
                           float slope, Lanes* dy) {
  return pass_of_kind<true>(options, y, t, size, used, slope, dy);
}

}  // namespace shoal
