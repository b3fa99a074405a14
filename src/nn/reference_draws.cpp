#include <cmath>

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

std::vector<ReferenceSample> reference_normals(const LayerSpec& s, std::size_t layer, std::size_t samples,
                                               const GroupDraws& draws) {
  std::vector<ReferenceSample> normals(samples, ReferenceSample(static_cast<std::size_t>(s.output.size())));
  for (std::size_t n = 0; n < samples; ++n)
    for (std::size_t i = 0; i < normals[n].size(); ++i) {
      const auto word = drawn_word(draws.seed, Stream::sampling, layer, draws.epoch, draws.rows[n], i);
      normals[n][i] = normal_lanes(WordLanes{} + word)[0];
    }
  return normals;
}

double reference_sampling(const std::vector<ReferenceSample>& x, const std::vector<ReferenceSample>& normals,
                          std::vector<ReferenceSample>& y) {
  double penalty = 0;
  for (std::size_t n = 0; n < x.size(); ++n)
    for (std::size_t i = 0; i < y[n].size(); ++i) {
      const double mean = x[n][i], v = x[n][y[n].size() + i];
      y[n][i] = mean + (normals.empty() ? 0 : std::exp(v / 2) * normals[n][i]);
      penalty += (mean * mean + std::exp(v) - 1 - v) / 2;
    }
  return penalty;
}

std::vector<ReferenceSample> reference_sampling_backward(const std::vector<ReferenceSample>& x,
                                                         const std::vector<ReferenceSample>& normals,
                                                         const std::vector<ReferenceSample>& dy,
                                                         double penalty_weight) {
  std::vector<ReferenceSample> dx = x;
  for (std::size_t n = 0; n < x.size(); ++n)
    for (std::size_t i = 0; i < dy[n].size(); ++i) {
      const std::size_t j = dy[n].size() + i;
      const double v = x[n][j], normal = normals.empty() ? 0 : normals[n][i];
      dx[n][i] = dy[n][i] + penalty_weight * x[n][i];
      dx[n][j] = dy[n][i] * normal * std::exp(v / 2) / 2 + penalty_weight * (std::exp(v) - 1) / 2;
    }
  return dx;
}

}  // namespace shoal
