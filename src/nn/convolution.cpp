#include "layers.hpp"
#include "plain_kernels.hpp"

namespace shoal {

Convolution::Convolution(const LayerSpec& spec, Engine engine)
    : Layer(spec, engine),
      transposed_(spec.kind == LayerKind::transposed_conv),
      map_{transposed_ ? spec.output : spec.input, transposed_ ? spec.input : spec.output, spec.kernel, spec.stride,
           spec.padding} {}

// PyTorch takes the fan-in of a transposed convolution's weight (in, out, k, k) as if it were a convolution's: out k k.
void Convolution::initialize(std::span<float> parameters, std::span<float>, Random& random) const {
  initialize_uniform(parameters, map_.large.channels * spec().kernel * spec().kernel, random);
}

// Both directions are needed: forward and input gradient.
void Convolution::prepare(std::span<const float> parameters, std::span<const float>, std::span<float> prepared) const {
  pack_for_gather(map_, parameters.data(), prepared.data());
  pack_for_spread(map_, parameters.data(), prepared.data() + map_.weight_count());
}

void Convolution::apply(bool to_small, std::span<const float> parameters, std::span<const float> prepared,
                        const float* bias, const Lanes* x, const Rectify& rectify, Lanes* y) const {
  if (engine() == Engine::reference)
    plain_convolution(map_, to_small, parameters.data(), bias, x, rectify, y);
  else if (to_small)
    gather(map_, prepared.data(), bias, x, rectify, y);
  else
    spread(map_, prepared.data() + map_.weight_count(), bias, x, rectify, y);
}

void Convolution::forward(const Forward& pass) const {
  apply(!transposed_, pass.parameters, pass.prepared, pass.parameters.data() + map_.weight_count(), pass.x, {slope()},
        pass.y);
}

void Convolution::backward(const Backward& pass, const OrderFreeSums& gradients) const {
  if (pass.dx)
    apply(transposed_, pass.parameters, pass.prepared, nullptr, pass.dy, {pass.below_slope, pass.x}, pass.dx);
  const Lanes* large = transposed_ ? pass.dy : pass.x;
  const Lanes* small = transposed_ ? pass.x : pass.dy;
  if (engine() == Engine::reference)
    plain_weight_gradient(map_, large, small, pass.scratch);
  else
    weight_gradient(map_, large, small, pass.scratch);
  bias_gradient(spec().output, pass.dy, pass.scratch + map_.weight_count());
  gradients.add(pass.scratch);
}

}  // namespace shoal
