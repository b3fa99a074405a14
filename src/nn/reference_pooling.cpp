#include "reference_layers.hpp"

namespace shoal {
namespace {

// The elements of the input that the output element (c, oy, ox) is made of, in row-major order.
std::vector<std::size_t> sources(const LayerSpec& s, Index c, Index oy, Index ox) {
  std::vector<std::size_t> elements;
  const auto add = [&](Index y, Index x) {
    if (y >= 0 && x >= 0 && y < s.input.height && x < s.input.width)
      elements.push_back(static_cast<std::size_t>((c * s.input.height + y) * s.input.width + x));
  };
  if (s.kind == LayerKind::upsample) {
    add(oy / s.stride, ox / s.stride);
    return elements;
  }
  for (Index ky = 0; ky < s.kernel; ++ky)
    for (Index kx = 0; kx < s.kernel; ++kx) add(oy * s.stride + ky - s.padding, ox * s.stride + kx - s.padding);
  return elements;
}

std::size_t first_largest(const std::vector<std::size_t>& elements, const ReferenceSample& x) {
  std::size_t best = elements.front();
  for (const std::size_t e : elements)
    if (x[e] > x[best]) best = e;
  return best;
}

// Calls body(output element, its sources) for all output elements.
template <class Body>
void for_outputs(const LayerSpec& s, Body body) {
  std::size_t element = 0;
  for (Index c = 0; c < s.output.channels; ++c)
    for (Index oy = 0; oy < s.output.height; ++oy)
      for (Index ox = 0; ox < s.output.width; ++ox) body(element++, sources(s, c, oy, ox));
}

// A mean counts the pixels beyond the border as zeros.
double weight(const LayerSpec& s) {
  return s.kind == LayerKind::avg_pool ? 1 / static_cast<double>(s.kernel * s.kernel) : 1;
}

}  // namespace

bool is_pooling(LayerKind kind) {
  return kind == LayerKind::max_pool || kind == LayerKind::avg_pool || kind == LayerKind::upsample;
}

void reference_pooling(const LayerSpec& s, const ReferenceSample& x, ReferenceSample& y) {
  for_outputs(s, [&](std::size_t out, const std::vector<std::size_t>& elements) {
    if (s.kind == LayerKind::max_pool) {
      y[out] = x[first_largest(elements, x)];
      return;
    }
    for (const std::size_t e : elements) y[out] += weight(s) * x[e];
  });
}

void reference_pooling_backward(const LayerSpec& s, const ReferenceSample& x, const ReferenceSample& dy,
                                ReferenceSample& dx) {
  for_outputs(s, [&](std::size_t out, const std::vector<std::size_t>& elements) {
    if (s.kind == LayerKind::max_pool) {
      dx[first_largest(elements, x)] += dy[out];
      return;
    }
    for (const std::size_t e : elements) dx[e] += weight(s) * dy[out];
  });
}

}  // namespace shoal
