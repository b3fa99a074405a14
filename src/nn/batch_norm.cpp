#include <array>
#include <cmath>

#include "layers.hpp"

namespace shoal {
namespace {

constexpr double epsilon = 1e-5, momentum = 0.1;

using LaneSums = std::array<double, lane_count>;

// In double from the first addition on: variances come from a difference of sums.
template <class F>
double sum_over_channel(Index pixels, Index used, F term) {
  LaneSums sums{};
  for (Index i = 0; i < pixels; ++i)
    for (int l = 0; l < lane_count; ++l) sums[static_cast<std::size_t>(l)] += term(i, l);
  double total = 0;
  for (Index l = 0; l < used; ++l) total += sums[static_cast<std::size_t>(l)];
  return total;
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

void BatchNorm::set_prepared(std::span<const float> parameters, const double* mean, const double* variance,
                             std::span<float> prepared) const {
  const Index c = spec().input.channels;
  for (Index i = 0; i < c; ++i) {
    const double inverse = 1 / std::sqrt(variance[i] + epsilon);
    prepared[i] = static_cast<float>(parameters[i] * inverse);
    prepared[c + i] = parameters[c + i];
    prepared[2 * c + i] = static_cast<float>(mean[i]);
    prepared[3 * c + i] = static_cast<float>(inverse);
  }
}

void BatchNorm::prepare(std::span<const float> parameters, std::span<const float> state,
                        std::span<float> prepared) const {
  const std::vector<double> numbers(state.begin(), state.end());
  set_prepared(parameters, numbers.data(), numbers.data() + spec().input.channels, prepared);
}

void BatchNorm::prepare_from_batch(std::span<const float> parameters, std::span<const double> sums, Index samples,
                                   std::span<float> state, std::span<float> prepared) const {
  const Index c = spec().input.channels;
  const double n = static_cast<double>(samples * spec().input.pixels());
  std::vector<double> mean(static_cast<std::size_t>(c)), variance(static_cast<std::size_t>(c));
  for (Index i = 0; i < c; ++i) {
    const double m = sums[i] / n;
    const double v = std::max(0.0, sums[c + i] / n - m * m);
    mean[static_cast<std::size_t>(i)] = m;
    variance[static_cast<std::size_t>(i)] = v;
    const double unbiased = n > 1 ? v * n / (n - 1) : v;
    state[i] = static_cast<float>((1 - momentum) * state[i] + momentum * m);
    state[c + i] = static_cast<float>((1 - momentum) * state[c + i] + momentum * unbiased);
  }
  set_prepared(parameters, mean.data(), variance.data(), prepared);
}

void BatchNorm::add_forward_sums(const Lanes* x, Index used, std::span<double> sums) const {
  const Index c = spec().input.channels, pixels = spec().input.pixels();
  for (Index i = 0; i < c; ++i, x += pixels) {
    sums[i] += sum_over_channel(pixels, used, [x](Index p, int l) { return double{x[p][l]}; });
    sums[c + i] += sum_over_channel(pixels, used, [x](Index p, int l) { return double{x[p][l]} * double{x[p][l]}; });
  }
}

void BatchNorm::forward(std::span<const float>, std::span<const float> prepared, const Lanes* x, Lanes* y) const {
  const Index c = spec().input.channels, pixels = spec().input.pixels();
  for (Index i = 0; i < c; ++i) {
    const float scale = prepared[i], shift = prepared[c + i], mean = prepared[2 * c + i];
    for (Index p = 0; p < pixels; ++p, ++x, ++y) *y = (*x - mean) * scale + shift;
  }
}

// sums: over the batch of dy, and of dy times the normalised x.
void BatchNorm::add_backward_sums(std::span<const float> prepared, const Lanes* x, const Lanes* dy, Index used,
                                  std::span<double> sums) const {
  const Index c = spec().input.channels, pixels = spec().input.pixels();
  for (Index i = 0; i < c; ++i, x += pixels, dy += pixels) {
    const double mean = prepared[2 * c + i], inverse = prepared[3 * c + i];
    sums[i] += sum_over_channel(pixels, used, [dy](Index p, int l) { return double{dy[p][l]}; });
    sums[c + i] +=
        sum_over_channel(pixels, used, [=](Index p, int l) { return double{dy[p][l]} * (x[p][l] - mean) * inverse; });
  }
}

void BatchNorm::backward(const Backward& pass, std::span<float> gradients) const {
  const Index c = spec().input.channels, pixels = spec().input.pixels();
  const double n = static_cast<double>(pass.samples * pixels);
  std::vector<double> own(static_cast<std::size_t>(2 * c), 0.0);
  add_backward_sums(pass.prepared, pass.x, pass.dy, pass.used, own);
  Lanes in_use{};
  for (Index l = 0; l < pass.used; ++l) in_use[l] = 1;
  for (Index i = 0; i < c; ++i) {
    gradients[i] += static_cast<float>(own[static_cast<std::size_t>(c + i)]);
    gradients[c + i] += static_cast<float>(own[static_cast<std::size_t>(i)]);
    if (!pass.dx) continue;
    const float scale = pass.prepared[i], mean = pass.prepared[2 * c + i], inverse = pass.prepared[3 * c + i];
    const auto mean_dy = static_cast<float>(pass.sums[i] / n), mean_dy_x = static_cast<float>(pass.sums[c + i] / n);
    for (Index p = i * pixels; p < (i + 1) * pixels; ++p)
      pass.dx[p] = in_use * scale * (pass.dy[p] - mean_dy - (pass.x[p] - mean) * inverse * mean_dy_x);
  }
}

}  // namespace shoal
