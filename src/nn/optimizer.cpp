#include "shoal/nn/optimizer.hpp"

#include <cmath>

namespace shoal {

Optimizer::Optimizer(const OptimizerOptions& options, Index parameter_count)
    : options_(options),
      count_(parameter_count),
      first_(static_cast<std::size_t>(parameter_count), 0.0f),
      second_(options.method == UpdateRule::sgd ? 0 : static_cast<std::size_t>(parameter_count), 0.0f) {}

void Optimizer::update(std::span<float> parameters, std::span<const float> gradients, double learning_rate) {
  ++steps_;
  if (options_.method == UpdateRule::sgd)
    update_sgd(parameters.data(), gradients.data(), learning_rate);
  else
    update_adam(parameters.data(), gradients.data(), learning_rate);
}

Snapshot Optimizer::state() const {
  Snapshot s;
  s.put("steps", std::int64_t{steps_});
  s.put("first", std::span<const float>(first_));
  s.put("second", std::span<const float>(second_));
  return s;
}

void Optimizer::restore(const Snapshot& s) {
  steps_ = s.integer("steps");
  s.copy("first", first_);
  s.copy("second", second_);
}

// Adam and AdamW differ in where the decay goes; the other place multiplies by one or adds zero, which changes no bit.
void Optimizer::update_adam(float* parameters, const float* gradients, double learning_rate) {
  float* __restrict p = parameters;
  const float* __restrict g = gradients;
  float* __restrict m = first_.data();
  float* __restrict v = second_.data();
  const bool decoupled = options_.method == UpdateRule::adamw;
  const auto t = static_cast<double>(steps_);
  const auto b1 = static_cast<float>(options_.beta1), b2 = static_cast<float>(options_.beta2);
  const auto one_minus_b1 = static_cast<float>(1 - options_.beta1),
             one_minus_b2 = static_cast<float>(1 - options_.beta2);
  const auto rate = static_cast<float>(learning_rate / (1 - std::pow(options_.beta1, t)));
  const auto root = static_cast<float>(std::sqrt(1 - std::pow(options_.beta2, t)));
  const auto epsilon = static_cast<float>(options_.epsilon);
  const auto decay = decoupled ? 0.0f : static_cast<float>(options_.weight_decay);
  const auto keep = decoupled ? static_cast<float>(1 - learning_rate * options_.weight_decay) : 1.0f;
  for (Index i = 0; i < count_; ++i) {
    const float gradient = g[i] + decay * p[i];
    m[i] = b1 * m[i] + one_minus_b1 * gradient;
    v[i] = b2 * v[i] + one_minus_b2 * (gradient * gradient);
    p[i] = keep * p[i] - rate * m[i] / (std::sqrt(v[i]) / root + epsilon);
  }
}

void Optimizer::update_sgd(float* parameters, const float* gradients, double learning_rate) {
  float* __restrict p = parameters;
  const float* __restrict g = gradients;
  float* __restrict m = first_.data();
  const auto rate = static_cast<float>(learning_rate), momentum = static_cast<float>(options_.momentum);
  const auto decay = static_cast<float>(options_.weight_decay);
  const float of_gradient = options_.nesterov ? 1.0f : 0.0f, of_momentum = options_.nesterov ? momentum : 1.0f;
  for (Index i = 0; i < count_; ++i) {
    const float gradient = g[i] + decay * p[i];
    m[i] = momentum * m[i] + gradient;
    p[i] -= rate * (of_gradient * gradient + of_momentum * m[i]);
  }
}

double clip_gradient(std::span<float> gradient, double longest) {
  constexpr std::size_t lanes = 16;  // partial sums side by side, so that the compiler may use vectors
  std::array<double, lanes> parts{};
  std::size_t i = 0;
  for (; i + lanes <= gradient.size(); i += lanes)
    for (std::size_t l = 0; l < lanes; ++l) parts[l] += double{gradient[i + l]} * double{gradient[i + l]};
  for (; i < gradient.size(); ++i) parts[0] += double{gradient[i]} * double{gradient[i]};
  double square = 0;
  for (const double part : parts) square += part;
  const double norm = std::sqrt(square);
  const double factor = longest / (norm + 1e-6);
  if (factor < 1)
    for (float& g : gradient) g *= static_cast<float>(factor);
  return norm;
}

}  // namespace shoal
