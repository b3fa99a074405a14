#include "shoal/nn/layer.hpp"

#include <cmath>

#include "layers.hpp"
#include "recurrent.hpp"

namespace shoal {

std::unique_ptr<Layer> make_layer(const LayerSpec& spec, Engine engine) {
  switch (spec.kind) {
    case LayerKind::dense:
      return std::make_unique<Dense>(spec, engine);
    case LayerKind::conv:
    case LayerKind::transposed_conv:
      return std::make_unique<Convolution>(spec, engine);
    case LayerKind::batch_norm:
      return std::make_unique<BatchNorm>(spec, engine);
    case LayerKind::max_pool:
    case LayerKind::avg_pool:
      return std::make_unique<Pooling>(spec, engine);
    case LayerKind::upsample:
      return std::make_unique<Upsampling>(spec, engine);
    case LayerKind::dropout:
      return std::make_unique<Dropout>(spec, engine);
    case LayerKind::sample:
      return std::make_unique<Sampling>(spec, engine);
    case LayerKind::skip:
      return std::make_unique<Skip>(spec, engine);
    case LayerKind::join:
      return std::make_unique<Join>(spec, engine);
    case LayerKind::lstm:
    case LayerKind::gru:
      return std::make_unique<Recurrent>(spec, engine);
    case LayerKind::last:
      return std::make_unique<Last>(spec, engine);
    case LayerKind::repeat:
      return std::make_unique<Repeat>(spec, engine);
    default:
      return std::make_unique<Activation>(spec, engine);
  }
}

void initialize_uniform(std::span<float> parameters, Index fan_in, Random& random) {
  const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
  for (auto& p : parameters) p = static_cast<float>(bound * (2 * random.uniform() - 1));
}

}  // namespace shoal
