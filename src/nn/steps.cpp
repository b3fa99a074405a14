// The ends of a sequence's encoder and decoder: its last step, and a vector at each step.
#include "plain_sequence.hpp"
#include "recurrent.hpp"

namespace shoal {
namespace {

// What the rectifier below makes of a gradient.
Lanes below(const Lanes& d, const Lanes& x, float slope) {
  return x > 0 ? d : slope * d;
}

}  // namespace

void Last::forward(const Forward& pass) const {
  if (engine() == Engine::reference) return plain_sequence_forward(spec(), pass);
  const Index steps = spec().input.width;
  for (Index c = 0; c < output_size(); ++c) pass.y[c] = pass.x[(c + 1) * steps - 1];
}

void Last::backward(const Backward& pass, const OrderFreeSums& gradients) const {
  if (!pass.dx) return;
  if (engine() == Engine::reference) return plain_sequence_backward(spec(), pass, gradients);
  const Index steps = spec().input.width;
  for (Index i = 0; i < input_size(); ++i)
    pass.dx[i] = i % steps == steps - 1 ? below(pass.dy[i / steps], pass.x[i], pass.below_slope) : Lanes{};
}

void Repeat::forward(const Forward& pass) const {
  if (engine() == Engine::reference) return plain_sequence_forward(spec(), pass);
  const Index steps = spec().output.width;
  for (Index i = 0; i < output_size(); ++i) pass.y[i] = pass.x[i / steps];
}

void Repeat::backward(const Backward& pass, const OrderFreeSums& gradients) const {
  if (!pass.dx) return;
  if (engine() == Engine::reference) return plain_sequence_backward(spec(), pass, gradients);
  const Index steps = spec().output.width;
  for (Index c = 0; c < input_size(); ++c) {
    Lanes sum{};
    for (Index t = 0; t < steps; ++t) sum += pass.dy[c * steps + t];
    pass.dx[c] = below(sum, pass.x[c], pass.below_slope);
  }
}

}  // namespace shoal
