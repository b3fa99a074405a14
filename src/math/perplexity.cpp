#include "shoal/math/perplexity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace shoal {
namespace {

/// Of the weights at one b: their entropy, and its derivative by log b, -b^2 Var(d).
struct Entropy {
  double value = 0, slope = 0;
};

/// exp(-b (d - d_0)) into weights, divided by their sum.
Entropy weigh(std::span<const double> distances, double scale, double b, std::span<double> weights) {
  double sum = 0, first = 0, second = 0;
  for (std::size_t j = 0; j < distances.size(); ++j) {
    const double d = (distances[j] - distances[0]) * scale, w = std::exp(-b * d);
    weights[j] = w;
    sum += w;
    first += w * d;
    second += w * d * d;
  }
  for (double& w : weights) w /= sum;
  const double mean = first / sum, variance = second / sum - mean * mean;
  return {std::log(sum) + b * mean, -b * b * variance};
}

}  // namespace

void perplexity_weights(std::span<const double> squared_distances, double perplexity, std::span<double> weights) {
  constexpr int most_steps = 200;
  constexpr double tolerance = 1e-10, infinity = std::numeric_limits<double>::infinity();
  const auto k = static_cast<double>(squared_distances.size());
  const double range = squared_distances.back() - squared_distances.front(), wanted = std::log(perplexity);
  if (!(range > 0) || k <= perplexity) {
    std::fill(weights.begin(), weights.end(), 1 / k);
    return;
  }
  // In units of the range, b = 1 is never far off; log b in a bracket that is doubled until it holds the answer.
  const double scale = 1 / range;
  double low = -infinity, high = infinity, x = 1;
  for (int step = 0; step < most_steps; ++step) {
    const Entropy entropy = weigh(squared_distances, scale, std::exp(x), weights);
    const double excess = entropy.value - wanted;
    if (std::abs(excess) <= tolerance) return;
    (excess > 0 ? low : high) = x;
    const double newton = x - excess / entropy.slope;
    if (newton > low && newton < high && std::abs(newton - x) < 3)  // false for NaN
      x = newton;
    else if (std::isinf(high))
      x += 2;
    else if (std::isinf(low))
      x -= 2;
    else
      x = (low + high) / 2;
    if (x > 600) break;  // equal weights among the nearest, whatever b
  }
}

}  // namespace shoal
