#include "conv_kernels.hpp"
#include "conv_tiles.hpp"

namespace shoal {
namespace {

// Adds the gradient of the taps (ky, kx0 .. kx0 + KB) of OB small channels and one large channel.
template <Index OB, Index KB>
void gradient_tile(const ConvMap& m, const Lanes* large, const Lanes* small, Index ky, Index kx0, float* dW,
                   Index step) {
  Lanes sum[OB][KB];
#pragma GCC unroll 8
  for (Index i = 0; i < OB; ++i)
#pragma GCC unroll 8
    for (Index k = 0; k < KB; ++k) sum[i][k] = Lanes{};
  const Index pixels = m.small.pixels();
  const Range rows = positions_inside(m.small.height, m.stride, ky - m.padding, m.large.height);
  const Index first = positions_inside(m.small.width, m.stride, kx0 - m.padding, m.large.width).begin;
  const Index last = positions_inside(m.small.width, m.stride, kx0 + KB - 1 - m.padding, m.large.width).end;
  for (Index oy = rows.begin; oy < rows.end; ++oy) {
    const Lanes* in = large + (oy * m.stride + ky - m.padding) * m.large.width + kx0 - m.padding;
    const Lanes* out = small + oy * m.small.width;
    for (Index ox = first; ox < last; ++ox) {
      Lanes value[KB];
#pragma GCC unroll 8
      for (Index k = 0; k < KB; ++k) value[k] = in[ox * m.stride + k];
#pragma GCC unroll 8
      for (Index i = 0; i < OB; ++i) {
        const Lanes d = out[i * pixels + ox];
#pragma GCC unroll 8
        for (Index k = 0; k < KB; ++k) sum[i][k] += d * value[k];
      }
    }
    if (KB == 1) continue;
      // At the borders some of the taps fall outside.
#pragma GCC unroll 8
    for (Index k = 0; k < KB; ++k) {
      const Range all = positions_inside(m.small.width, m.stride, kx0 + k - m.padding, m.large.width);
      for (Index ox = all.begin; ox < all.end; ++ox) {
        if (ox == first && first < last) ox = last;
        if (ox >= all.end) break;
#pragma GCC unroll 8
        for (Index i = 0; i < OB; ++i) sum[i][k] += out[i * pixels + ox] * in[ox * m.stride + k];
      }
    }
  }
#pragma GCC unroll 8
  for (Index i = 0; i < OB; ++i)
#pragma GCC unroll 8
    for (Index k = 0; k < KB; ++k) dW[i * step + k] += sum_of_lanes(sum[i][k]);
}

}  // namespace

void add_weight_gradient(const ConvMap& m, const Lanes* large, const Lanes* small, float* dW) {
  const Index taps = m.kernel * m.kernel, step = m.large.channels * taps;
  for_channel_blocks(m.small.channels, [&](Index o, auto block) {
    constexpr Index OB = block;
    const Lanes* out = small + o * m.small.pixels();
    for (Index c = 0; c < m.large.channels; ++c) {
      const Lanes* in = large + c * m.large.pixels();
      for (Index ky = 0; ky < m.kernel; ++ky) {
        float* target = dW + o * step + c * taps + ky * m.kernel;
        Index kx = 0;
        for (; kx + 3 <= m.kernel; kx += 3) gradient_tile<OB, 3>(m, in, out, ky, kx, target + kx, step);
        for (; kx < m.kernel; ++kx) gradient_tile<OB, 1>(m, in, out, ky, kx, target + kx, step);
      }
    }
  });
}

void add_bias_gradient(const Shape& shape, const Lanes* dy, float* db) {
  for (Index c = 0; c < shape.channels; ++c) {
    Lanes sum{};
    for (Index p = 0; p < shape.pixels(); ++p) sum += *dy++;
    db[c] += sum_of_lanes(sum);
  }
}

}  // namespace shoal
