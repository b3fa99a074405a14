#include "conv_tiles.hpp"

namespace shoal {

// Packed: blocks of CB small channels, each [large channel][ky][kx][CB].
void pack_for_gather(const ConvMap& map, const float* weights, float* packed) {
  const Index taps = map.kernel * map.kernel, row = map.large.channels * taps;
  for_channel_blocks(map.small.channels, [&](Index o, auto block) {
    for (Index t = 0; t < row; ++t)
      for (Index i = 0; i < block; ++i) *packed++ = weights[(o + i) * row + t];
  });
}

namespace {

// PB outputs side by side, from (oy, ox) on, of CB channels. K and S are kernel and stride where they are known to the
// compiler, else 0. At an edge of the image taps outside read a zero.
template <Index CB, Index PB, Index K, Index S, bool at_edge>
void gather_tile(const ConvMap& m, const float* packed, const float* bias, const Lanes* large, const Rectify& rectify,
                 Lanes* small, Index oy, Index ox, Range ky) {
  const Index kernel = K ? K : m.kernel, stride = S ? S : m.stride;
  Lanes sum[CB][PB];
#pragma GCC unroll 8
  for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
    for (Index j = 0; j < PB; ++j) sum[i][j] = bias ? broadcast(bias[i]) : Lanes{};
  const Index iy = oy * stride - m.padding, ix = ox * stride - m.padding, width = m.large.width;
  for (Index c = 0; c < m.large.channels; ++c)
    for (Index y = ky.begin; y < ky.end; ++y) {
      const Lanes* row = large + (c * m.large.height + iy + y) * width + ix;
      const float* w = packed + (c * kernel + y) * kernel * CB;
#pragma GCC unroll 3
      for (Index x = 0; x < kernel; ++x, w += CB) {
        Lanes value[PB];
#pragma GCC unroll 8
        for (Index j = 0; j < PB; ++j) {
          const Index at = x + j * stride;
          value[j] =
              *(at_edge && static_cast<std::size_t>(ix + at) >= static_cast<std::size_t>(width) ? &no_value : row + at);
        }
#pragma GCC unroll 8
        for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
          for (Index j = 0; j < PB; ++j) sum[i][j] += w[i] * value[j];
      }
    }
  store_tile<CB, PB>(sum, rectify, small, oy * m.small.width + ox, m.small.pixels(), 1);
}

template <Index K, Index S>
void gather_with(const ConvMap& m, const float* packed, const float* bias, const Lanes* large, const Rectify& rectify,
                 Lanes* small) {
  // Outputs whose taps of a row all lie inside the image.
  const Index first = positions_inside(m.small.width, m.stride, -m.padding, m.large.width).begin;
  const Index last = positions_inside(m.small.width, m.stride, m.kernel - 1 - m.padding, m.large.width).end;
  for (Index oy = 0; oy < m.small.height; ++oy) {
    const Index top = oy * m.stride - m.padding;
    const Range ky{std::clamp<Index>(-top, 0, m.kernel), std::clamp<Index>(m.large.height - top, 0, m.kernel)};
    for_channel_blocks(m.small.channels, [&](Index o, auto channels) {
      const float* w = packed + o * m.large.channels * m.kernel * m.kernel;
      const float* b = bias ? bias + o : nullptr;
      const Index at = o * m.small.pixels();
      const Rectify here{rectify.slope, rectify.sign ? rectify.sign + at : nullptr};
      for_position_blocks<most_positions(channels)>(0, m.small.width, [&](Index ox, auto positions) {
        if (ox >= first && ox + positions <= last)
          gather_tile<channels, positions, K, S, false>(m, w, b, large, here, small + at, oy, ox, ky);
        else
          gather_tile<channels, positions, K, S, true>(m, w, b, large, here, small + at, oy, ox, ky);
      });
    });
  }
}

}  // namespace

void gather(const ConvMap& m, const float* packed, const float* bias, const Lanes* large, const Rectify& rectify,
            Lanes* small) {
  if (m.kernel == 3 && m.stride == 1) return gather_with<3, 1>(m, packed, bias, large, rectify, small);
  if (m.kernel == 3 && m.stride == 2) return gather_with<3, 2>(m, packed, bias, large, rectify, small);
  gather_with<0, 0>(m, packed, bias, large, rectify, small);
}

}  // namespace shoal
