#include "shoal/nn/reference.hpp"

#include <cmath>

#include "plain_sequence.hpp"
#include "reference_layers.hpp"

namespace shoal {
namespace {

using Sample = std::vector<double>;
using Batch = std::vector<Sample>;

Batch zeros(std::size_t count, Index size) {
  return Batch(count, Sample(static_cast<std::size_t>(size), 0.0));
}

void add_to(Batch& sum, const Batch& term) {
  for (std::size_t n = 0; n < sum.size(); ++n)
    for (std::size_t i = 0; i < sum[n].size(); ++i) sum[n][i] += term[n][i];
}

void multiply(Batch& values, const Batch& factors) {
  for (std::size_t n = 0; n < factors.size(); ++n)
    for (std::size_t i = 0; i < factors[n].size(); ++i) values[n][i] *= factors[n][i];
}

// Calls term(weight index, small element, large element) for every tap of a convolution between two images.
template <class Term>
void for_taps(const Shape& large, const Shape& small, const LayerSpec& s, Term term) {
  for (Index o = 0; o < small.channels; ++o)
    for (Index c = 0; c < large.channels; ++c)
      for (Index ky = 0; ky < s.kernel; ++ky)
        for (Index kx = 0; kx < s.kernel; ++kx)
          for (Index oy = 0; oy < small.height; ++oy)
            for (Index ox = 0; ox < small.width; ++ox) {
              const Index y = oy * s.stride + ky - s.padding, x = ox * s.stride + kx - s.padding;
              if (y < 0 || x < 0 || y >= large.height || x >= large.width) continue;
              term(static_cast<std::size_t>(((o * large.channels + c) * s.kernel + ky) * s.kernel + kx),
                   static_cast<std::size_t>((o * small.height + oy) * small.width + ox),
                   static_cast<std::size_t>((c * large.height + y) * large.width + x));
            }
}

double activation(const LayerSpec& s, double x) {
  switch (s.kind) {
    case LayerKind::relu:
      return x > 0 ? x : 0;
    case LayerKind::leaky_relu:
      return x > 0 ? x : static_cast<double>(s.negative_slope) * x;
    case LayerKind::sigmoid:
      return 1 / (1 + std::exp(-x));
    case LayerKind::tanh:
      return std::tanh(x);
    default:
      return x;
  }
}

double activation_slope(const LayerSpec& s, double x) {
  const double y = activation(s, x);
  switch (s.kind) {
    case LayerKind::relu:
      return x > 0 ? 1 : 0;
    case LayerKind::leaky_relu:
      return x > 0 ? 1 : static_cast<double>(s.negative_slope);
    case LayerKind::sigmoid:
      return y * (1 - y);
    case LayerKind::tanh:
      return 1 - y * y;
    default:
      return 1;
  }
}

struct ChannelMoments {
  double mean = 0, inverse_deviation = 0, count = 0;
};

ChannelMoments moments(const Batch& x, const Shape& shape, Index channel) {
  ChannelMoments m;
  const auto begin = static_cast<std::size_t>(channel * shape.pixels()),
             end = begin + static_cast<std::size_t>(shape.pixels());
  m.count = static_cast<double>(x.size()) * static_cast<double>(shape.pixels());
  for (const auto& sample : x)
    for (std::size_t i = begin; i < end; ++i) m.mean += sample[i] / m.count;
  double variance = 0;
  for (const auto& sample : x)
    for (std::size_t i = begin; i < end; ++i) variance += (sample[i] - m.mean) * (sample[i] - m.mean) / m.count;
  m.inverse_deviation = 1 / std::sqrt(variance + 1e-5);
  return m;
}

Batch forward_layer(const LayerSpec& s, const double* p, const Batch& x) {
  Batch y = zeros(x.size(), s.output.size());
  const Index pixels = s.output.pixels();
  if (s.kind == LayerKind::batch_norm) {
    for (Index c = 0; c < s.input.channels; ++c) {
      const auto m = moments(x, s.input, c);
      for (std::size_t n = 0; n < x.size(); ++n)
        for (auto i = static_cast<std::size_t>(c * pixels); i < static_cast<std::size_t>((c + 1) * pixels); ++i)
          y[n][i] = p[c] * (x[n][i] - m.mean) * m.inverse_deviation + p[s.input.channels + c];
    }
    return y;
  }
  if (is_sequence_layer(s.kind)) {
    for (std::size_t n = 0; n < x.size(); ++n) plain_sequence(s, p, x[n], y[n]);
    return y;
  }
  const Index weights = parameter_count(s) - s.output.channels;
  for (std::size_t n = 0; n < x.size(); ++n) {
    if (parameter_count(s) > 0)
      for (std::size_t i = 0; i < y[n].size(); ++i) y[n][i] = p[weights + static_cast<Index>(i) / pixels];
    if (s.kind == LayerKind::dense) {
      for (Index o = 0; o < s.output.size(); ++o)
        for (Index i = 0; i < s.input.size(); ++i)
          y[n][static_cast<std::size_t>(o)] += p[o * s.input.size() + i] * x[n][static_cast<std::size_t>(i)];
    } else if (s.kind == LayerKind::conv) {
      for_taps(s.input, s.output, s,
               [&](std::size_t w, std::size_t small, std::size_t large) { y[n][small] += p[w] * x[n][large]; });
    } else if (s.kind == LayerKind::transposed_conv) {
      for_taps(s.output, s.input, s,
               [&](std::size_t w, std::size_t small, std::size_t large) { y[n][large] += p[w] * x[n][small]; });
    } else if (is_pooling(s.kind)) {
      reference_pooling(s, x[n], y[n]);
    } else {
      for (std::size_t i = 0; i < y[n].size(); ++i) y[n][i] = activation(s, x[n][i]);
    }
  }
  return y;
}

Batch backward_batch_norm(const LayerSpec& s, const double* p, double* dp, const Batch& x, const Batch& dy) {
  Batch dx = zeros(x.size(), s.input.size());
  const Index channels = s.input.channels, pixels = s.input.pixels();
  for (Index c = 0; c < channels; ++c) {
    const auto m = moments(x, s.input, c);
    const auto begin = static_cast<std::size_t>(c * pixels), end = begin + static_cast<std::size_t>(pixels);
    double sum_dy = 0, sum_dy_x = 0;
    for (std::size_t n = 0; n < x.size(); ++n)
      for (std::size_t i = begin; i < end; ++i) {
        sum_dy += dy[n][i];
        sum_dy_x += dy[n][i] * (x[n][i] - m.mean) * m.inverse_deviation;
      }
    dp[c] += sum_dy_x;
    dp[channels + c] += sum_dy;
    for (std::size_t n = 0; n < x.size(); ++n)
      for (std::size_t i = begin; i < end; ++i) {
        const double normal = (x[n][i] - m.mean) * m.inverse_deviation;
        dx[n][i] = p[c] * m.inverse_deviation * (dy[n][i] - sum_dy / m.count - normal * sum_dy_x / m.count);
      }
  }
  return dx;
}

Batch backward_layer(const LayerSpec& s, const double* p, double* dp, const Batch& x, const Batch& dy) {
  if (s.kind == LayerKind::batch_norm) return backward_batch_norm(s, p, dp, x, dy);
  Batch dx = zeros(x.size(), s.input.size());
  if (is_sequence_layer(s.kind)) {
    for (std::size_t n = 0; n < x.size(); ++n) plain_sequence_gradient(s, p, dp, x[n], dy[n], dx[n]);
    return dx;
  }
  const Index weights = parameter_count(s) - s.output.channels, pixels = s.output.pixels();
  for (std::size_t n = 0; n < x.size(); ++n) {
    if (parameter_count(s) > 0)
      for (std::size_t i = 0; i < dy[n].size(); ++i) dp[weights + static_cast<Index>(i) / pixels] += dy[n][i];
    if (s.kind == LayerKind::dense) {
      for (Index o = 0; o < s.output.size(); ++o)
        for (Index i = 0; i < s.input.size(); ++i) {
          dp[o * s.input.size() + i] += dy[n][static_cast<std::size_t>(o)] * x[n][static_cast<std::size_t>(i)];
          dx[n][static_cast<std::size_t>(i)] += p[o * s.input.size() + i] * dy[n][static_cast<std::size_t>(o)];
        }
    } else if (s.kind == LayerKind::conv) {
      for_taps(s.input, s.output, s, [&](std::size_t w, std::size_t small, std::size_t large) {
        dp[w] += dy[n][small] * x[n][large];
        dx[n][large] += p[w] * dy[n][small];
      });
    } else if (s.kind == LayerKind::transposed_conv) {
      for_taps(s.output, s.input, s, [&](std::size_t w, std::size_t small, std::size_t large) {
        dp[w] += x[n][small] * dy[n][large];
        dx[n][small] += p[w] * dy[n][large];
      });
    } else if (is_pooling(s.kind)) {
      reference_pooling_backward(s, x[n], dy[n], dx[n]);
    } else {
      for (std::size_t i = 0; i < dx[n].size(); ++i) dx[n][i] = activation_slope(s, x[n][i]) * dy[n][i];
    }
  }
  return dx;
}

}  // namespace

ReferenceNetwork::ReferenceNetwork(std::vector<LayerSpec> layers, std::vector<double> parameters)
    : layers_(std::move(layers)), offsets_{0}, parameters_(std::move(parameters)) {
  for (const auto& layer : layers_) offsets_.push_back(offsets_.back() + parameter_count(layer));
}

const std::vector<std::vector<double>>& ReferenceNetwork::forward(const Batch& batch, const GroupDraws* draws) {
  values_.assign(1, batch);
  drawn_.assign(layers_.size(), {});
  penalty_ = 0;
  std::vector<std::size_t> open;  // the inputs of the residual blocks at hand
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (layers_[i].kind == LayerKind::skip) open.push_back(i);
    values_.push_back(forward_layer(layers_[i], parameters_.data() + offsets_[i], values_[i]));
    if (layers_[i].kind == LayerKind::dropout && draws) {
      drawn_[i] = reference_dropout(layers_[i], i, batch.size(), *draws);
      multiply(values_.back(), drawn_[i]);
    }
    if (layers_[i].kind == LayerKind::sample) {
      if (draws) drawn_[i] = reference_normals(layers_[i], i, batch.size(), *draws);
      penalty_ += reference_sampling(values_[i], drawn_[i], values_.back());
    }
    if (layers_[i].kind != LayerKind::join) continue;
    add_to(values_.back(), values_[open.back()]);
    open.pop_back();
  }
  return values_.back();
}

std::vector<std::vector<double>> ReferenceNetwork::backward(Batch dy, double penalty_weight) {
  gradients_.assign(parameters_.size(), 0.0);
  std::vector<Batch> past;  // the gradients that go past the residual blocks at hand
  for (std::size_t i = layers_.size(); i-- > 0;) {
    if (layers_[i].kind == LayerKind::join) past.push_back(dy);
    if (layers_[i].kind == LayerKind::sample) {
      dy = reference_sampling_backward(values_[i], drawn_[i], dy, penalty_weight);
      continue;
    }
    dy = backward_layer(layers_[i], parameters_.data() + offsets_[i], gradients_.data() + offsets_[i], values_[i], dy);
    if (layers_[i].kind == LayerKind::dropout) multiply(dy, drawn_[i]);
    if (layers_[i].kind != LayerKind::skip) continue;
    add_to(dy, past.back());
    past.pop_back();
  }
  return dy;
}

}  // namespace shoal
