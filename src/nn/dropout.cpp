#include <algorithm>
#include <cmath>

#include "layers.hpp"
#include "shoal/core/lane_random.hpp"

namespace shoal {
namespace {

// Calls body(element, mask of the samples that keep it).
template <class Body>
void for_masks(const LayerSpec& s, std::uint64_t layer, const GroupDraws& draws, Body body) {
  const LaneRandom random(draws.seed, Stream::dropout, layer, draws.epoch, draws.rows);
  const WordLanes first_kept = WordLanes{} + static_cast<std::uint32_t>(std::ceil(double{s.probability} * 0x1p32));
  const Index n = s.input.size();
  for (Index at = 0; at < n; at += 4) {
    const auto words = random.words(static_cast<std::uint32_t>(at / 4));
    for (Index i = at; i < std::min(at + 4, n); ++i) body(i, words[static_cast<std::size_t>(i - at)] >= first_kept);
  }
}

float scale_of(const LayerSpec& s) {
  return static_cast<float>(1 / (1 - double{s.probability}));
}

}  // namespace

void Dropout::forward(const Forward& pass) const {
  if (!pass.draws) {
    std::copy_n(pass.x, input_size(), pass.y);
    return;
  }
  const float scale = scale_of(spec());
  for_masks(spec(), number(), *pass.draws,
            [&](Index i, const auto& kept) { pass.y[i] = kept ? scale * pass.x[i] : Lanes{}; });
}

// Drawing once more costs less than keeping the masks.
void Dropout::backward(const Backward& pass, const OrderFreeSums&) const {
  if (!pass.dx) return;
  const float scale = scale_of(spec());
  for_masks(spec(), number(), *pass.draws, [&](Index i, const auto& kept) {
    pass.dx[i] = before_rectifier(pass.x[i], pass.below_slope, kept ? scale * pass.dy[i] : Lanes{});
  });
}

}  // namespace shoal
