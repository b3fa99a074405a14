#include "shoal/nn/loss.hpp"

#include <algorithm>

namespace shoal {

std::array<double, lane_count> squared_errors(const Lanes* y, const Lanes* t, Index size) {
  std::array<double, lane_count> errors{};
  constexpr Index chunk = 32;  // few enough terms for float, then double
  for (Index at = 0; at < size; at += chunk) {
    Lanes sum{};
    for (Index i = at; i < std::min(size, at + chunk); ++i) {
      const Lanes difference = y[i] - t[i];
      sum += difference * difference;
    }
    for (std::size_t l = 0; l < errors.size(); ++l) errors[l] += sum[l];
  }
  for (double& e : errors) e /= static_cast<double>(size);
  return errors;
}

void squared_error_gradient(const Lanes* y, const Lanes* t, Index size, Index used, float slope, Lanes* dy) {
  Lanes factor{};
  for (Index l = 0; l < used; ++l) factor[l] = 2.0f / static_cast<float>(size);
  const Lanes beyond = slope * factor;
  for (Index i = 0; i < size; ++i) dy[i] = (y[i] > 0 ? factor : beyond) * (y[i] - t[i]);
}

}  // namespace shoal
