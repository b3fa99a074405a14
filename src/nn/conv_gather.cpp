#include "conv_kernels.hpp"
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

// PB outputs side by side, from (oy, ox) on, of CB channels; the taps [kx.begin, kx.end) are inside for all of them.
template <Index CB, Index PB>
void gather_tile(const ConvMap& m, const float* packed, const float* bias, const Lanes* large, Lanes* small, Index oy,
                 Index ox, Range ky, Range kx) {
  Lanes sum[CB][PB];
#pragma GCC unroll 8
  for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
    for (Index j = 0; j < PB; ++j) sum[i][j] = bias ? broadcast(bias[i]) : Lanes{};
  const Index iy = oy * m.stride - m.padding, ix = ox * m.stride - m.padding;
  for (Index c = 0; c < m.large.channels; ++c)
    for (Index y = ky.begin; y < ky.end; ++y) {
      const Lanes* row = large + (c * m.large.height + iy + y) * m.large.width + ix;
      const float* w = packed + ((c * m.kernel + y) * m.kernel + kx.begin) * CB;
      for (Index x = kx.begin; x < kx.end; ++x, w += CB) {
        Lanes value[PB];
#pragma GCC unroll 8
        for (Index j = 0; j < PB; ++j) value[j] = row[x + j * m.stride];
#pragma GCC unroll 8
        for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
          for (Index j = 0; j < PB; ++j) sum[i][j] += w[i] * value[j];
      }
    }
#pragma GCC unroll 8
  for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
    for (Index j = 0; j < PB; ++j) small[(i * m.small.height + oy) * m.small.width + ox + j] = sum[i][j];
}

Range taps_inside(Index kernel, Index start, Index limit) {
  return {std::clamp<Index>(-start, 0, kernel), std::clamp<Index>(limit - start, 0, kernel)};
}

}  // namespace

void gather(const ConvMap& m, const float* packed, const float* bias, const Lanes* large, Lanes* small) {
  // Outputs for which the first and the last tap, hence all taps of a row, lie inside the image.
  const Index first = positions_inside(m.small.width, m.stride, -m.padding, m.large.width).begin;
  const Index last = positions_inside(m.small.width, m.stride, m.kernel - 1 - m.padding, m.large.width).end;
  const Range whole{0, m.kernel};
  for (Index oy = 0; oy < m.small.height; ++oy) {
    const Range ky = taps_inside(m.kernel, oy * m.stride - m.padding, m.large.height);
    for_channel_blocks(m.small.channels, [&](Index o, auto block) {
      constexpr Index CB = block, PB = positions_of(CB);
      const float* w = packed + o * m.large.channels * m.kernel * m.kernel;
      const float* b = bias ? bias + o : nullptr;
      Lanes* out = small + o * m.small.pixels();
      for (Index ox = 0; ox < m.small.width;) {
        if (ox >= first && ox + PB <= last) {
          gather_tile<CB, PB>(m, w, b, large, out, oy, ox, ky, whole);
          ox += PB;
        } else {
          gather_tile<CB, 1>(m, w, b, large, out, oy, ox, ky,
                             taps_inside(m.kernel, ox * m.stride - m.padding, m.large.width));
          ++ox;
        }
      }
    });
  }
}

}  // namespace shoal
