#include "layers.hpp"

namespace shoal {

void Skip::backward(const Backward& pass, const OrderFreeSums&) const {
  if (!pass.dx) return;
  for (Index i = 0; i < input_size(); ++i)
    pass.dx[i] = before_rectifier(pass.x[i], pass.below_slope, pass.dy[i] + pass.past[i]);
}

void Join::forward(const Forward& pass) const {
  const float rectifier = slope();
  for (Index i = 0; i < output_size(); ++i) {
    const Lanes v = pass.x[i] + pass.past[i];
    pass.y[i] = v > 0 ? v : rectifier * v;
  }
}

void Join::backward(const Backward& pass, const OrderFreeSums&) const {
  for (Index i = 0; i < output_size(); ++i) {
    pass.past[i] = pass.dy[i];
    pass.dx[i] = before_rectifier(pass.x[i], pass.below_slope, pass.dy[i]);
  }
}

}  // namespace shoal
