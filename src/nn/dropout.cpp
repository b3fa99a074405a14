#include <algorithm>
#include <cmath>

#include "layers.hpp"
#include "shoal/core/lane_random.hpp"

namespace shoal {

void Dropout::forward(const Forward& pass) const {
  const Index n = input_size();
  if (!pass.draws) {
    std::copy_n(pass.x, n, pass.y);
    return;
  }
  const double p = spec().probability;
  const Lanes scale = broadcast(static_cast<float>(1 / (1 - p)));
  const WordLanes first_kept = WordLanes{} + static_cast<std::uint32_t>(std::ceil(p * 0x1p32));
  const LaneRandom random(pass.draws->seed, Stream::dropout, number(), pass.draws->epoch, pass.draws->rows);
  random.for_words(n, [&](Index i, const WordLanes& word) {
    pass.kept[i] = word >= first_kept ? scale : Lanes{};
    pass.y[i] = pass.kept[i] * pass.x[i];
  });
}

void Dropout::backward(const Backward& pass, const OrderFreeSums&) const {
  if (!pass.dx) return;
  for (Index i = 0; i < input_size(); ++i)
    pass.dx[i] = before_rectifier(pass.x[i], pass.below_slope, pass.kept[i] * pass.dy[i]);
}

}  // namespace shoal
