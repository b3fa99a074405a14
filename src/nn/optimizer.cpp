#include "shoal/nn/optimizer.hpp"

#include <cmath>

namespace shoal {

Optimizer::Optimizer(const OptimizerOptions& options, Index parameter_count)
    : options_(options),
      first_(static_cast<std::size_t>(parameter_count), 0.0f),
      second_(options.method == "adam" ? static_cast<std::size_t>(parameter_count) : 0, 0.0f) {}

void Optimizer::update(std::span<float> parameters, std::span<const float> gradients) {
  ++steps_;
  float* p = parameters.data();
  const float* g = gradients.data();
  float* m = first_.data();
  const auto n = static_cast<Index>(parameters.size());
  if (options_.method == "sgd") {
    const auto rate = static_cast<float>(options_.learning_rate), momentum = static_cast<float>(options_.momentum);
    for (Index i = 0; i < n; ++i) {
      m[i] = momentum * m[i] + g[i];
      p[i] -= rate * m[i];
    }
    return;
  }
  float* v = second_.data();
  const auto t = static_cast<double>(steps_);
  const auto b1 = static_cast<float>(options_.beta1), b2 = static_cast<float>(options_.beta2);
  const auto one_minus_b1 = static_cast<float>(1 - options_.beta1),
             one_minus_b2 = static_cast<float>(1 - options_.beta2);
  const auto rate = static_cast<float>(options_.learning_rate / (1 - std::pow(options_.beta1, t)));
  const auto root = static_cast<float>(std::sqrt(1 - std::pow(options_.beta2, t)));
  const auto epsilon = static_cast<float>(options_.epsilon);
  for (Index i = 0; i < n; ++i) {
    m[i] = b1 * m[i] + one_minus_b1 * g[i];
    v[i] = b2 * v[i] + one_minus_b2 * (g[i] * g[i]);
    p[i] -= rate * m[i] / (std::sqrt(v[i]) / root + epsilon);
  }
}

}  // namespace shoal
