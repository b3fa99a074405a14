#include "plain_kernels.hpp"

#include <array>
#include <vector>

namespace shoal {
namespace {

using Sums = std::array<double, lane_count>;

Sums start(const float* bias, Index i) {
  Sums sums;
  sums.fill(bias ? double{bias[i]} : 0.0);
  return sums;
}

void add(Sums& sums, float weight, const Lanes& x) {
  for (int l = 0; l < lane_count; ++l) sums[static_cast<std::size_t>(l)] += double{weight} * double{x[l]};
}

void store(const Sums& sums, const Rectify& rectify, Lanes* y, Index i) {
  for (int l = 0; l < lane_count; ++l) {
    const auto v = static_cast<float>(sums[static_cast<std::size_t>(l)]);
    const float sign = rectify.sign ? rectify.sign[i][l] : v;
    y[i][l] = sign > 0 ? v : rectify.slope * v;
  }
}

double product(const Lanes& a, const Lanes& b) {
  double sum = 0;
  for (int l = 0; l < lane_count; ++l) sum += double{a[l]} * double{b[l]};
  return sum;
}

// Calls body(weight index, small element, large element) for every tap.
template <class Body>
void for_taps(const ConvMap& m, Body body) {
  for (Index o = 0; o < m.small.channels; ++o)
    for (Index c = 0; c < m.large.channels; ++c)
      for (Index ky = 0; ky < m.kernel; ++ky)
        for (Index kx = 0; kx < m.kernel; ++kx)
          for (Index oy = 0; oy < m.small.height; ++oy)
            for (Index ox = 0; ox < m.small.width; ++ox) {
              const Index y = oy * m.stride + ky - m.padding, x = ox * m.stride + kx - m.padding;
              if (y < 0 || x < 0 || y >= m.large.height || x >= m.large.width) continue;
              body(((o * m.large.channels + c) * m.kernel + ky) * m.kernel + kx,
                   (o * m.small.height + oy) * m.small.width + ox, (c * m.large.height + y) * m.large.width + x);
            }
}

}  // namespace

void plain_convolution(const ConvMap& m, bool to_small, const float* weights, const float* bias, const Lanes* x,
                       const Rectify& rectify, Lanes* y) {
  const Shape& out = to_small ? m.small : m.large;
  std::vector<Sums> sums;
  for (Index i = 0; i < out.size(); ++i) sums.push_back(start(bias, i / out.pixels()));
  for_taps(m, [&](Index w, Index small, Index large) {
    add(sums[static_cast<std::size_t>(to_small ? small : large)], weights[w], x[to_small ? large : small]);
  });
  for (Index i = 0; i < out.size(); ++i) store(sums[static_cast<std::size_t>(i)], rectify, y, i);
}

void plain_weight_gradient(const ConvMap& m, const Lanes* large, const Lanes* small, float* dW) {
  std::vector<double> sums(static_cast<std::size_t>(m.weight_count()));
  for_taps(m, [&](Index w, Index s, Index l) { sums[static_cast<std::size_t>(w)] += product(small[s], large[l]); });
  for (const double sum : sums) *dW++ = static_cast<float>(sum);
}

void plain_multiply(const float* W, Index rows, Index columns, bool transposed, const float* bias, const Lanes* x,
                    const Rectify& rectify, Lanes* y) {
  const Index outputs = transposed ? columns : rows, inputs = transposed ? rows : columns;
  for (Index o = 0; o < outputs; ++o) {
    Sums sums = start(bias, o);
    for (Index i = 0; i < inputs; ++i) add(sums, transposed ? W[i * columns + o] : W[o * columns + i], x[i]);
    store(sums, rectify, y, o);
  }
}

void plain_outer_product(const Lanes* dy, Index rows, const Lanes* x, Index columns, float* dW) {
  for (Index r = 0; r < rows; ++r)
    for (Index c = 0; c < columns; ++c) dW[r * columns + c] = static_cast<float>(product(dy[r], x[c]));
}

}  // namespace shoal
