#include <algorithm>
#include <cmath>

#include "layers.hpp"

namespace shoal {
namespace {

template <class F>
void map(Index n, const Lanes* x, Lanes* y, F f) {
  for (Index i = 0; i < n; ++i)
    for (int l = 0; l < lane_count; ++l) y[i][l] = f(x[i][l]);
}

// dx = dy f'(x), told from y = f(x), times what the rectifier below makes of it.
template <class F>
void map_backward(Index n, const Layer::Backward& pass, F derivative) {
  for (Index i = 0; i < n; ++i)
    for (int l = 0; l < lane_count; ++l) {
      const float below = pass.x[i][l] > 0 ? 1.0f : pass.below_slope;
      pass.dx[i][l] = pass.dy[i][l] * derivative(pass.y[i][l]) * below;
    }
}

}  // namespace

void Activation::forward(const Forward& pass) const {
  const Index n = input_size();
  const float slope = spec().negative_slope;
  switch (spec().kind) {
    case LayerKind::relu:
      return map(n, pass.x, pass.y, [](float v) { return v > 0 ? v : 0.0f; });
    case LayerKind::leaky_relu:
      return map(n, pass.x, pass.y, [slope](float v) { return v > 0 ? v : slope * v; });
    case LayerKind::sigmoid:
      return map(n, pass.x, pass.y, [](float v) { return 1 / (1 + std::exp(-v)); });
    case LayerKind::tanh:
      return map(n, pass.x, pass.y, [](float v) { return std::tanh(v); });
    default:
      std::copy_n(pass.x, n, pass.y);
  }
}

// From y alone: each of these functions keeps the sign of x or tells its derivative by its value.
void Activation::backward(const Backward& pass, const OrderFreeSums&) const {
  if (!pass.dx) return;
  const Index n = input_size();
  const float slope = spec().negative_slope;
  switch (spec().kind) {
    case LayerKind::relu:
      return map_backward(n, pass, [](float v) { return v > 0 ? 1.0f : 0.0f; });
    case LayerKind::leaky_relu:
      return map_backward(n, pass, [slope](float v) { return v > 0 ? 1.0f : slope; });
    case LayerKind::sigmoid:
      return map_backward(n, pass, [](float v) { return v * (1 - v); });
    case LayerKind::tanh:
      return map_backward(n, pass, [](float v) { return 1 - v * v; });
    default:
      return map_backward(n, pass, [](float) { return 1.0f; });
  }
}

}  // namespace shoal
