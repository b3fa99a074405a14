#include "reference_layers.hpp"
#include "shoal/core/lane_random.hpp"

namespace shoal {

std::vector<ReferenceSample> reference_dropout(const LayerSpec& s, std::size_t layer, std::size_t samples,
                                               const GroupDraws& draws) {
  const auto p = static_cast<double>(s.probability);
  std::vector<ReferenceSample> factors(samples, ReferenceSample(static_cast<std::size_t>(s.input.size())));
  for (std::size_t n = 0; n < samples; ++n)
    for (std::size_t i = 0; i < factors[n].size(); ++i)
      factors[n][i] =
          drawn_word(draws.seed, Stream::dropout, layer, draws.epoch, draws.rows[n], i) < p * 0x1p32 ? 0 : 1 / (1 - p);
  return factors;
}

}  // namespace shoal
