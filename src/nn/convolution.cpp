#include "conv_kernels.hpp"
#include "layers.hpp"

namespace shoal {
namespace {

ConvMap map_of(const LayerSpec& s) {
  const bool transposed = s.kind == LayerKind::transposed_conv;
  return {transposed ? s.output : s.input, transposed ? s.input : s.output, s.kernel, s.stride, s.padding};
}

// Both directions are needed: forward and input gradient.
void pack_both(const ConvMap& map, const float* weights, float* prepared) {
  pack_for_gather(map, weights, prepared);
  pack_for_spread(map, weights, prepared + map.weight_count());
}

}  // namespace

Index Conv::prepared_count() const {
  return 2 * map_of(spec()).weight_count();
}

void Conv::initialize(std::span<float> parameters, std::span<float>, Random& random) const {
  initialize_uniform(parameters, spec().input.channels * spec().kernel * spec().kernel, random);
}

void Conv::prepare(std::span<const float> parameters, std::span<const float>, std::span<float> prepared) const {
  pack_both(map_of(spec()), parameters.data(), prepared.data());
}

void Conv::forward(std::span<const float> parameters, std::span<const float> prepared, const Lanes* x, Lanes* y) const {
  const ConvMap map = map_of(spec());
  gather(map, prepared.data(), parameters.data() + map.weight_count(), x, y);
}

void Conv::backward(const Backward& pass, std::span<float> gradients) const {
  const ConvMap map = map_of(spec());
  if (pass.dx) spread(map, pass.prepared.data() + map.weight_count(), nullptr, pass.dy, pass.dx);
  add_weight_gradient(map, pass.x, pass.dy, gradients.data());
  add_bias_gradient(spec().output, pass.dy, gradients.data() + map.weight_count());
}

Index TransposedConv::prepared_count() const {
  return 2 * map_of(spec()).weight_count();
}

// PyTorch takes the fan-in of the weight's shape (in, out, k, k) read as a convolution's: out * k * k.
void TransposedConv::initialize(std::span<float> parameters, std::span<float>, Random& random) const {
  initialize_uniform(parameters, spec().output.channels * spec().kernel * spec().kernel, random);
}

void TransposedConv::prepare(std::span<const float> parameters, std::span<const float>,
                             std::span<float> prepared) const {
  pack_both(map_of(spec()), parameters.data(), prepared.data());
}

void TransposedConv::forward(std::span<const float> parameters, std::span<const float> prepared, const Lanes* x,
                             Lanes* y) const {
  const ConvMap map = map_of(spec());
  spread(map, prepared.data() + map.weight_count(), parameters.data() + map.weight_count(), x, y);
}

void TransposedConv::backward(const Backward& pass, std::span<float> gradients) const {
  const ConvMap map = map_of(spec());
  if (pass.dx) gather(map, pass.prepared.data(), nullptr, pass.dy, pass.dx);
  add_weight_gradient(map, pass.dy, pass.x, gradients.data());
  add_bias_gradient(spec().output, pass.dy, gradients.data() + map.weight_count());
}

}  // namespace shoal
