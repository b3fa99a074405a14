#include "shoal/math/lbfgs.hpp"

#include <cmath>
#include <deque>
#include <limits>

namespace shoal {
namespace {

struct Pair {
  VectorD step, change;  // of x and of the gradient
  double inverse;        // 1 / (step . change)
};

// The two-loop recursion: the inverse Hessian that the pairs tell of, times the gradient.
VectorD direction_of(const std::deque<Pair>& pairs, const VectorD& gradient) {
  VectorD q = -gradient;
  std::vector<double> shares(pairs.size());
  for (std::size_t i = pairs.size(); i-- > 0;) {
    shares[i] = pairs[i].inverse * pairs[i].step.dot(q);
    q -= shares[i] * pairs[i].change;
  }
  if (!pairs.empty()) q /= pairs.back().inverse * pairs.back().change.squaredNorm();
  for (std::size_t i = 0; i < pairs.size(); ++i)
    q += (shares[i] - pairs[i].inverse * pairs[i].change.dot(q)) * pairs[i].step;
  return q;
}

}  // namespace

LbfgsResult minimize_lbfgs(const Objective& objective, VectorD start, const LbfgsOptions& options) {
  constexpr double decrease = 1e-4, curvature = 0.9;
  constexpr int most_trials = 50;
  LbfgsResult result{std::move(start), 0, 0, false};
  VectorD gradient(result.x.size());
  result.value = objective(result.x, gradient);
  std::deque<Pair> pairs;
  while (true) {
    result.converged = gradient.size() == 0 || gradient.cwiseAbs().maxCoeff() <= options.tolerance;
    if (result.converged || result.n_iter >= options.max_iterations || !std::isfinite(result.value)) return result;
    VectorD direction = direction_of(pairs, gradient);
    double slope = direction.dot(gradient);
    if (!(slope < 0)) {  // rounding has spoilt the pairs: begin anew
      pairs.clear();
      direction = -gradient;
      slope = direction.dot(gradient);
    }
    // Without pairs the gradient's length says nothing of the step's.
    double length = pairs.empty() ? std::min(1.0, 1 / gradient.norm()) : 1;
    double low = 0, high = std::numeric_limits<double>::infinity();
    VectorD x, next(gradient.size());
    double value = 0;
    bool found = false;
    for (int trial = 0; trial < most_trials && !found; ++trial) {
      x = result.x + length * direction;
      value = objective(x, next);
      if (!(value <= result.value + decrease * length * slope))
        high = length;
      else if (next.dot(direction) < curvature * slope)
        low = length;
      else
        found = true;
      if (!found) length = std::isinf(high) ? 2 * low : (low + high) / 2;
    }
    if (!found && !(value < result.value)) {
      result.converged = std::isfinite(result.value);  // as low as rounding lets it come
      return result;
    }
    const VectorD step = x - result.x, change = next - gradient;
    if (step.dot(change) > 0) pairs.push_back({step, change, 1 / step.dot(change)});
    if (static_cast<Index>(pairs.size()) > options.memory) pairs.pop_front();
    result.x = std::move(x);
    result.value = value;
    gradient = next;
    ++result.n_iter;
  }
}

}  // namespace shoal
