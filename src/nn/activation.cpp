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

template <class F>
void map_backward(Index n, const Lanes* y, const Lanes* dy, Lanes* dx, F derivative) {
  for (Index i = 0; i < n; ++i)
    for (int l = 0; l < lane_count; ++l) dx[i][l] = dy[i][l] * derivative(y[i][l]);
}

}  // namespace

void Activation::forward(std::span<const float>, std::span<const float>, const Lanes* x, Lanes* y) const {
  const Index n = input_size();
  const float slope = spec().negative_slope;
  switch (spec().kind) {
    case LayerKind::relu:
      return map(n, x, y, [](float v) { return v > 0 ? v : 0.0f; });
    case LayerKind::leaky_relu:
      return map(n, x, y, [slope](float v) { return v > 0 ? v : slope * v; });
    case LayerKind::sigmoid:
      return map(n, x, y, [](float v) { return 1 / (1 + std::exp(-v)); });
    case LayerKind::tanh:
      return map(n, x, y, [](float v) { return std::tanh(v); });
    default:
      std::copy_n(x, n, y);
  }
}

// From y alone: each of these functions keeps the sign of x or tells its derivative by its value.
void Activation::backward(const Backward& pass, std::span<float>) const {
  if (!pass.dx) return;
  const Index n = input_size();
  const float slope = spec().negative_slope;
  switch (spec().kind) {
    case LayerKind::relu:
      return map_backward(n, pass.y, pass.dy, pass.dx, [](float v) { return v > 0 ? 1.0f : 0.0f; });
    case LayerKind::leaky_relu:
      return map_backward(n, pass.y, pass.dy, pass.dx, [slope](float v) { return v > 0 ? 1.0f : slope; });
    case LayerKind::sigmoid:
      return map_backward(n, pass.y, pass.dy, pass.dx, [](float v) { return v * (1 - v); });
    case LayerKind::tanh:
      return map_backward(n, pass.y, pass.dy, pass.dx, [](float v) { return 1 - v * v; });
    default:
      std::copy_n(pass.dy, n, pass.dx);
  }
}

}  // namespace shoal
