#include "dense_kernels.hpp"
#include "layers.hpp"

namespace shoal {

Index Dense::prepared_count() const {
  return packed_size(output_size(), input_size()) + packed_size(input_size(), output_size());
}

void Dense::initialize(std::span<float> parameters, std::span<float>, Random& random) const {
  initialize_uniform(parameters, input_size(), random);
}

// W for the forward pass, then its transpose for the input gradient.
void Dense::prepare(std::span<const float> parameters, std::span<const float>, std::span<float> prepared) const {
  const Index in = input_size(), out = output_size();
  pack_rows(parameters.data(), out, in, in, 1, prepared.data());
  pack_rows(parameters.data(), in, out, 1, in, prepared.data() + packed_size(out, in));
}

void Dense::forward(std::span<const float> parameters, std::span<const float> prepared, const Lanes* x,
                    Lanes* y) const {
  multiply(prepared.data(), output_size(), input_size(), parameters.data() + input_size() * output_size(), x, y);
}

void Dense::backward(const Backward& pass, std::span<float> gradients) const {
  const Index in = input_size(), out = output_size();
  if (pass.dx) multiply(pass.prepared.data() + packed_size(out, in), in, out, nullptr, pass.dy, pass.dx);
  add_outer_products(pass.dy, out, pass.x, in, gradients.data());
  for (Index o = 0; o < out; ++o) gradients[in * out + o] += sum_of_lanes(pass.dy[o]);
}

}  // namespace shoal
