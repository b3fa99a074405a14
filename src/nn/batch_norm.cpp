#include <algorithm>
#include <cmath>

#include "layers.hpp"

namespace shoal {
namespace {

constexpr double epsilon = 1e-5, momentum = 0.1;

// The sums over the pixels of a channel and its first `used` lanes of two terms a pixel: few pixels at a time in
// float, then in double.
template <class Terms>
void add_channel_sums(Index pixels, Index used, Terms terms, double& first, double& second) {
  using Eight = float __attribute__((vector_size(32)));
  using Doubles = double __attribute__((vector_size(64)));
  constexpr Index chunk = 16;
  Doubles totals[2][2]{};
  for (Index at = 0; at < pixels; at += chunk) {
    Lanes sums[2]{};
    const Index end = std::min(pixels, at + chunk);
    for (Index i = at; i < end; ++i) terms(i, sums[0], sums[1]);
    for (int t = 0; t < 2; ++t) {
      const Eight low = __builtin_shufflevector(sums[t], sums[t], 0, 1, 2, 3, 4, 5, 6, 7);
      const Eight high = __builtin_shufflevector(sums[t], sums[t], 8, 9, 10, 11, 12, 13, 14, 15);
      totals[t][0] += __builtin_convertvector(low, Doubles);
      totals[t][1] += __builtin_convertvector(high, Doubles);
    }
  }
  for (Index l = 0; l < used; ++l) {
    first += totals[0][l / 8][l % 8];
    second += totals[1][l / 8][l % 8];
  }
}

// Of channel i of c.
void set_prepared(Index i, Index c, std::span<const float> parameters, double mean, double variance,
                  std::span<float> prepared) {
  const double inverse = 1 / std::sqrt(variance + epsilon);
  prepared[i] = static_cast<float>(parameters[i] * inverse);
  prepared[c + i] = parameters[c + i];
  prepared[2 * c + i] = static_cast<float>(mean);
  prepared[3 * c + i] = static_cast<float>(inverse);
}

}  // namespace

void BatchNorm::initialize(std::span<float> parameters, std::span<float> state, Random&) const {
  const Index c = spec().input.channels;
  for (Index i = 0; i < c; ++i) {
    parameters[i] = 1;
    parameters[c + i] = 0;
    state[i] = 0;
    state[c + i] = 1;
  }
}

void BatchNorm::prepare(std::span<const float> parameters, std::span<const float> state,
                        std::span<float> prepared) const {
  const Index c = spec().input.channels;
  for (Index i = 0; i < c; ++i) set_prepared(i, c, parameters, state[i], state[c + i], prepared);
}

// sums: of the distance from the running mean, and of its square. Near the mean little is lost in var = E d^2 - (E
// d)^2.
void BatchNorm::prepare_from_batch(std::span<const float> parameters, std::span<const double> sums, Index samples,
                                   std::span<float> state, std::span<float> prepared) const {
  const Index c = spec().input.channels;
  const auto n = static_cast<double>(samples * spec().input.pixels());
  for (Index i = 0; i < c; ++i) {
    const double distance = sums[i] / n, m = double{state[i]} + distance;
    const double v = std::max(0.0, sums[c + i] / n - distance * distance);
    set_prepared(i, c, parameters, m, v, prepared);
    const double unbiased = n > 1 ? v * n / (n - 1) : v;
    state[i] = static_cast<float>((1 - momentum) * state[i] + momentum * m);
    state[c + i] = static_cast<float>((1 - momentum) * state[c + i] + momentum * unbiased);
  }
}

void BatchNorm::add_forward_sums(std::span<const float> state, const Lanes* x, Index used,
                                 std::span<double> sums) const {
  const Index c = spec().input.channels, pixels = spec().input.pixels();
  for (Index i = 0; i < c; ++i, x += pixels) {
    const float mean = state[i];
    const auto terms = [x, mean](Index p, Lanes& distance, Lanes& square) {
      const Lanes d = x[p] - mean;
      distance += d;
      square += d * d;
    };
    add_channel_sums(pixels, used, terms, sums[i], sums[c + i]);
  }
}

void BatchNorm::forward(const Forward& pass) const {
  const Index c = spec().input.channels, pixels = spec().input.pixels();
  const Lanes* x = pass.x;
  Lanes* y = pass.y;
  const float rectifier = slope();
  for (Index i = 0; i < c; ++i) {
    const float scale = pass.prepared[i], shift = pass.prepared[c + i], mean = pass.prepared[2 * c + i];
    for (Index p = 0; p < pixels; ++p, ++x, ++y) {
      const Lanes v = (*x - mean) * scale + shift;
      *y = v > 0 ? v : rectifier * v;
    }
  }
}

// sums: over the batch of dy, and of dy times the normalised x. Unused lanes have dy = 0.
void BatchNorm::add_backward_sums(std::span<const float> prepared, const Lanes* x, const Lanes* dy,
                                  std::span<double> sums) const {
  const Index c = spec().input.channels, pixels = spec().input.pixels();
  for (Index i = 0; i < c; ++i, x += pixels, dy += pixels) {
    const float mean = prepared[2 * c + i], inverse = prepared[3 * c + i];
    const auto terms = [=](Index p, Lanes& sum, Lanes& sum_x) {
      sum += dy[p];
      sum_x += dy[p] * ((x[p] - mean) * inverse);
    };
    add_channel_sums(pixels, lane_count, terms, sums[i], sums[c + i]);
  }
}

void BatchNorm::gradient_from_batch(std::span<const double> sums, Index samples, std::span<float> gradient) const {
  const Index c = spec().input.channels;
  for (Index i = 0; i < c; ++i) {
    gradient[i] = static_cast<float>(sums[c + i] / static_cast<double>(samples));
    gradient[c + i] = static_cast<float>(sums[i] / static_cast<double>(samples));
  }
}

void BatchNorm::backward(const Backward& pass, const OrderFreeSums&) const {
  if (!pass.dx) return;
  const Index c = spec().input.channels, pixels = spec().input.pixels();
  const auto n = static_cast<double>(pass.samples * pixels);
  Lanes in_use{};
  for (Index l = 0; l < pass.used; ++l) in_use[l] = 1;
  for (Index i = 0; i < c; ++i) {
    // dx = scale (dy - mean_dy - normal mean_dy_x), with the normalised x = (x - mean) inverse.
    const float scale = pass.prepared[i], mean = pass.prepared[2 * c + i], inverse = pass.prepared[3 * c + i];
    const auto mean_dy = static_cast<float>(pass.sums[i] / n),
               factor = static_cast<float>(pass.sums[c + i] / n) * inverse;
    const Lanes used_scale = in_use * scale;
    for (Index p = i * pixels; p < (i + 1) * pixels; ++p) {
      const Lanes x = pass.x[p];
      const Lanes v = used_scale * (pass.dy[p] - mean_dy - (x - mean) * factor);
      pass.dx[p] = x > 0 ? v : pass.below_slope * v;
    }
  }
}

}  // namespace shoal
