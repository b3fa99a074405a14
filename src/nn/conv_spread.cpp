#include "conv_tiles.hpp"

namespace shoal {

namespace {

// With stride 1 the transpose of a convolution is a convolution: channels change places and the kernel is turned round.
ConvMap turned(const ConvMap& m) {
  return {m.small, m.large, m.kernel, 1, m.kernel - 1 - m.padding};
}

}  // namespace

// Packed: blocks of CB large channels, each [small channel][ky][kx][CB].
void pack_for_spread(const ConvMap& map, const float* weights, float* packed) {
  if (spreads_in_quads(map)) return pack_for_quads(map, weights, packed);
  const Index taps = map.kernel * map.kernel, row = map.large.channels * taps;
  for_channel_blocks(map.large.channels, [&](Index c, auto block) {
    for (Index o = 0; o < map.small.channels; ++o)
      for (Index t = 0; t < taps; ++t)
        for (Index i = 0; i < block; ++i)
          *packed++ = weights[o * row + (c + i) * taps + (map.stride == 1 ? taps - 1 - t : t)];
  });
}

namespace {

// A pixel y of the large image takes tap k from row (y + padding - k) / stride of the small one, where that is whole:
// with y + padding = stride q + phase, taps are k = phase + stride t from row q - t, t < taps.
struct Phase {
  Index q, phase, taps;
};

Phase phase_of(Index y, const ConvMap& m) {
  const Index q = (y + m.padding) / m.stride, phase = (y + m.padding) % m.stride;
  return {q, phase, phase < m.kernel ? (m.kernel - phase + m.stride - 1) / m.stride : 0};
}

// PB pixels of one phase, `stride` apart from (y, x) on, of CB channels. T taps side by side where the compiler knows,
// else 0. At an edge of the image taps outside read a zero.
template <Index CB, Index PB, Index T, bool at_edge>
void spread_tile(const ConvMap& m, const float* packed, const float* bias, const Lanes* small, const Rectify& rectify,
                 Lanes* large, Index y, const Phase& vertical, Range ty, Index x, const Phase& horizontal) {
  const Index taps = T ? T : horizontal.taps, width = m.small.width, q = horizontal.q;
  Lanes sum[CB][PB];
#pragma GCC unroll 8
  for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
    for (Index j = 0; j < PB; ++j) sum[i][j] = bias ? broadcast(bias[i]) : Lanes{};
  for (Index o = 0; o < m.small.channels; ++o)
    for (Index t = ty.begin; t < ty.end; ++t) {
      const Lanes* row = small + (o * m.small.height + vertical.q - t) * width + q;
      const float* w = packed + ((o * m.kernel + vertical.phase + m.stride * t) * m.kernel + horizontal.phase) * CB;
#pragma GCC unroll 3
      for (Index tx = 0; tx < taps; ++tx, w += m.stride * CB) {
        Lanes value[PB];
#pragma GCC unroll 8
        for (Index j = 0; j < PB; ++j)
          value[j] =
              *(at_edge && static_cast<std::size_t>(q + j - tx) >= static_cast<std::size_t>(width) ? &no_value
                                                                                                   : row + (j - tx));
#pragma GCC unroll 8
        for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
          for (Index j = 0; j < PB; ++j) sum[i][j] += w[i] * value[j];
      }
    }
  store_tile<CB, PB>(sum, rectify, large, y * m.large.width + x, m.large.pixels(), m.stride);
}

// The pixels of row y and of one horizontal phase, from pixel `start` on.
template <Index CB, Index T>
void spread_row(const ConvMap& m, const float* packed, const float* bias, const Lanes* small, const Rectify& rectify,
                Lanes* large, Index y, Index start) {
  const Phase vertical = phase_of(y, m), horizontal = phase_of(start, m);
  const Index lowest = std::clamp<Index>(vertical.q - m.small.height + 1, 0, vertical.taps);
  const Range ty{lowest, std::clamp<Index>(vertical.q + 1, lowest, vertical.taps)};
  const Index count = (m.large.width - start + m.stride - 1) / m.stride;
  const Index first = horizontal.taps - 1 - horizontal.q, last = m.small.width - horizontal.q;  // all taps inside
  for_position_blocks<most_positions(CB)>(0, count, [&](Index i, auto positions) {
    const Phase here{horizontal.q + i, horizontal.phase, horizontal.taps};
    const Index x = start + i * m.stride;
    if (i >= first && i + positions <= last)
      spread_tile<CB, positions, T, false>(m, packed, bias, small, rectify, large, y, vertical, ty, x, here);
    else
      spread_tile<CB, positions, T, true>(m, packed, bias, small, rectify, large, y, vertical, ty, x, here);
  });
}

}  // namespace

void spread(const ConvMap& m, const float* packed, const float* bias, const Lanes* small, const Rectify& rectify,
            Lanes* large) {
  if (m.stride == 1) return gather(turned(m), packed, bias, small, rectify, large);
  if (spreads_in_quads(m)) return spread_quads(m, packed, bias, small, rectify, large);
  for (Index y = 0; y < m.large.height; ++y)
    for_channel_blocks(m.large.channels, [&](Index c, auto channels) {
      const float* w = packed + c * m.small.channels * m.kernel * m.kernel;
      const float* b = bias ? bias + c : nullptr;
      const Index at = c * m.large.pixels();
      const Rectify here{rectify.slope, rectify.sign ? rectify.sign + at : nullptr};
      for (Index start = 0; start < std::min(m.stride, m.large.width); ++start) switch (phase_of(start, m).taps) {
          case 1:
            spread_row<channels, 1>(m, w, b, small, here, large + at, y, start);
            break;
          case 2:
            spread_row<channels, 2>(m, w, b, small, here, large + at, y, start);
            break;
          case 3:
            spread_row<channels, 3>(m, w, b, small, here, large + at, y, start);
            break;
          default:
            spread_row<channels, 0>(m, w, b, small, here, large + at, y, start);
        }
    });
}

}  // namespace shoal
