#include <algorithm>
#include <cstdint>

#include "layers.hpp"

namespace shoal {
namespace {

using Mask = std::int32_t __attribute__((vector_size(64)));

// Calls body(channel's first pixel in the input, output element, rows and columns of the window that lie inside).
struct Window {
  Index top, bottom, left, right;
};

template <class Body>
void for_windows(const LayerSpec& s, Body body) {
  const auto inside = [&](Index out, Index size) {
    const Index begin = out * s.stride - s.padding;
    return std::pair{std::max<Index>(begin, 0), std::min(begin + s.kernel, size)};
  };
  Index element = 0;
  for (Index c = 0; c < s.output.channels; ++c)
    for (Index oy = 0; oy < s.output.height; ++oy)
      for (Index ox = 0; ox < s.output.width; ++ox, ++element) {
        const auto [top, bottom] = inside(oy, s.input.height);
        const auto [left, right] = inside(ox, s.input.width);
        body(c * s.input.pixels(), element, Window{top, bottom, left, right});
      }
}

// A NaN is the largest, as in PyTorch: it must not disappear.
Lanes largest(const Lanes* image, Index width, const Window& w) {
  Lanes most = image[w.top * width + w.left];
  for (Index y = w.top; y < w.bottom; ++y)
    for (Index x = w.left; x < w.right; ++x) {
      const Lanes v = image[y * width + x];
      most = ((v > most) | (v != v)) ? v : most;
    }
  return most;
}

void give_to_first_largest(const Lanes* image, Index width, const Window& w, const Lanes& most, const Lanes& dy,
                           Lanes* dx) {
  Mask open = Mask{} - 1;
  for (Index y = w.top; y < w.bottom; ++y)
    for (Index x = w.left; x < w.right; ++x) {
      const Mask taken = (image[y * width + x] == most) & open;
      dx[y * width + x] += taken ? dy : Lanes{};
      open &= ~taken;
    }
}

}  // namespace

void Pooling::forward(const Forward& pass) const {
  const Index width = spec().input.width;
  if (spec().kind == LayerKind::max_pool) {
    for_windows(spec(), [&](Index channel, Index element, const Window& w) {
      pass.y[element] = largest(pass.x + channel, width, w);
    });
    return;
  }
  const float weight = 1 / static_cast<float>(spec().kernel * spec().kernel);
  for_windows(spec(), [&](Index channel, Index element, const Window& w) {
    Lanes sum{};
    for (Index y = w.top; y < w.bottom; ++y)
      for (Index x = w.left; x < w.right; ++x) sum += pass.x[channel + y * width + x];
    pass.y[element] = weight * sum;
  });
}

void Pooling::backward(const Backward& pass, const OrderFreeSums&) const {
  if (!pass.dx) return;
  const Index width = spec().input.width;
  std::fill_n(pass.dx, input_size(), Lanes{});
  if (spec().kind == LayerKind::max_pool) {
    for_windows(spec(), [&](Index channel, Index element, const Window& w) {
      give_to_first_largest(pass.x + channel, width, w, pass.y[element], pass.dy[element], pass.dx + channel);
    });
  } else {
    const float weight = 1 / static_cast<float>(spec().kernel * spec().kernel);
    for_windows(spec(), [&](Index channel, Index element, const Window& w) {
      const Lanes part = weight * pass.dy[element];
      for (Index y = w.top; y < w.bottom; ++y)
        for (Index x = w.left; x < w.right; ++x) pass.dx[channel + y * width + x] += part;
    });
  }
  if (pass.below_slope == 1) return;
  for (Index i = 0; i < input_size(); ++i) pass.dx[i] = before_rectifier(pass.x[i], pass.below_slope, pass.dx[i]);
}

void Upsampling::forward(const Forward& pass) const {
  const Index factor = spec().stride, width = spec().output.width;
  const Index rows = spec().output.channels * spec().output.height;
  for (Index y = 0; y < rows; ++y) {
    const Lanes* from = pass.x + y / factor * spec().input.width;
    for (Index x = 0; x < width; ++x) pass.y[y * width + x] = from[x / factor];
  }
}

void Upsampling::backward(const Backward& pass, const OrderFreeSums&) const {
  if (!pass.dx) return;
  const Index factor = spec().stride, width = spec().output.width, columns = spec().input.width;
  const Index rows = spec().input.channels * spec().input.height;
  for (Index y = 0; y < rows; ++y)
    for (Index x = 0; x < columns; ++x) {
      const Lanes* block = pass.dy + y * factor * width + x * factor;
      Lanes sum{};
      for (Index i = 0; i < factor; ++i)
        for (Index j = 0; j < factor; ++j) sum += block[i * width + j];
      const Index element = y * columns + x;
      pass.dx[element] = before_rectifier(pass.x[element], pass.below_slope, sum);
    }
}

}  // namespace shoal
