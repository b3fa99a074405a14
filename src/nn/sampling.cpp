#include <algorithm>

#include "layers.hpp"
#include "shoal/core/lane_random.hpp"
#include "shoal/nn/lane_functions.hpp"

namespace shoal {
namespace {

// exp(v / 2), at most and at least what keeps it apart from infinity and 0; its square may well overflow, and is then
// seen to have diverged.
Lanes deviation_of(const Lanes& v) {
  const Lanes low = v < -170.0f ? broadcast(-170.0f) : v;
  return exponential(0.5f * (low > 170.0f ? broadcast(170.0f) : low));
}

// Calls body(element, its standard normal number) for the elements of the code.
template <class Body>
void for_normals(Index size, std::uint64_t layer, const GroupDraws& draws, Body body) {
  const LaneRandom random(draws.seed, Stream::sampling, layer, draws.epoch, draws.rows);
  random.for_words(size, [&](Index i, const WordLanes& word) { body(i, normal_lanes(word)); });
}

}  // namespace

std::array<double, lane_count> Sampling::penalties(const Lanes* x) const {
  std::array<double, lane_count> sums{};
  for (Index i = 0; i < output_size(); ++i) {
    const Lanes mean = x[i], v = x[output_size() + i], deviation = deviation_of(v);
    const Lanes term = 0.5f * (mean * mean + deviation * deviation - 1.0f - v);
    for (std::size_t l = 0; l < sums.size(); ++l) sums[l] += term[l];
  }
  return sums;
}

void Sampling::forward(const Forward& pass) const {
  if (!pass.draws) {
    std::copy_n(pass.x, output_size(), pass.y);
    return;
  }
  for_normals(output_size(), number(), *pass.draws, [&](Index i, const Lanes& normal) {
    pass.y[i] = pass.x[i] + deviation_of(pass.x[output_size() + i]) * normal;
  });
}

void Sampling::backward(const Backward& pass, const OrderFreeSums&) const {
  if (!pass.dx) return;
  Lanes in_use{};  // the penalty has a gradient also where there is no sample
  for (Index l = 0; l < pass.used; ++l) in_use[l] = 1;
  const Lanes weight = pass.penalty_weight * in_use;
  for_normals(output_size(), number(), *pass.draws, [&](Index i, const Lanes& normal) {
    const Index j = output_size() + i;
    const Lanes mean = pass.x[i], deviation = deviation_of(pass.x[j]);
    const Lanes dmean = pass.dy[i] + weight * mean;
    const Lanes dv = 0.5f * (pass.dy[i] * normal * deviation + weight * (deviation * deviation - 1.0f));
    pass.dx[i] = before_rectifier(mean, pass.below_slope, dmean);
    pass.dx[j] = before_rectifier(pass.x[j], pass.below_slope, dv);
  });
}

}  // namespace shoal
