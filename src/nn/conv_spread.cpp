#include "conv_kernels.hpp"
#include "conv_tiles.hpp"

namespace shoal {

// Packed: blocks of CB large channels, each [small channel][ky][kx][CB].
void pack_for_spread(const ConvMap& map, const float* weights, float* packed) {
  const Index taps = map.kernel * map.kernel, row = map.large.channels * taps;
  for_channel_blocks(map.large.channels, [&](Index c, auto block) {
    for (Index o = 0; o < map.small.channels; ++o)
      for (Index t = 0; t < taps; ++t)
        for (Index i = 0; i < block; ++i) *packed++ = weights[o * row + (c + i) * taps + t];
  });
}

namespace {

// A pixel y of the large image takes tap k from row (y + padding - k) / stride of the small one, where that is whole:
// with y + padding = stride q + phase, taps are k = phase + stride t from row q - t. [begin, end) are the t in range.
struct Phase {
  Index q, phase;
  Range t;
};

Phase phase_of(Index y, const ConvMap& m, Index small_size) {
  const Index q = (y + m.padding) / m.stride, phase = (y + m.padding) % m.stride;
  const Index taps = phase < m.kernel ? (m.kernel - phase + m.stride - 1) / m.stride : 0;
  const Index begin = std::clamp<Index>(q - small_size + 1, 0, taps);
  return {q, phase, {begin, std::clamp<Index>(q + 1, begin, taps)}};
}

// PB pixels of one phase, `stride` apart from (y, x) on, of CB channels.
template <Index CB, Index PB>
void spread_tile(const ConvMap& m, const float* packed, const float* bias, const Lanes* small, Lanes* large, Index y,
                 const Phase& vertical, Index x, const Phase& horizontal) {
  Lanes sum[CB][PB];
#pragma GCC unroll 8
  for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
    for (Index j = 0; j < PB; ++j) sum[i][j] = bias ? broadcast(bias[i]) : Lanes{};
  for (Index o = 0; o < m.small.channels; ++o)
    for (Index ty = vertical.t.begin; ty < vertical.t.end; ++ty) {
      const Lanes* row = small + (o * m.small.height + vertical.q - ty) * m.small.width + horizontal.q;
      const float* taps = packed + ((o * m.kernel + vertical.phase + m.stride * ty) * m.kernel + horizontal.phase) * CB;
      for (Index tx = horizontal.t.begin; tx < horizontal.t.end; ++tx) {
        const float* w = taps + m.stride * tx * CB;
        Lanes value[PB];
#pragma GCC unroll 8
        for (Index j = 0; j < PB; ++j) value[j] = row[j - tx];
#pragma GCC unroll 8
        for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
          for (Index j = 0; j < PB; ++j) sum[i][j] += w[i] * value[j];
      }
    }
#pragma GCC unroll 8
  for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
    for (Index j = 0; j < PB; ++j) large[(i * m.large.height + y) * m.large.width + x + j * m.stride] = sum[i][j];
}

}  // namespace

void spread(const ConvMap& m, const float* packed, const float* bias, const Lanes* small, Lanes* large) {
  for (Index y = 0; y < m.large.height; ++y) {
    const Phase vertical = phase_of(y, m, m.small.height);
    for_channel_blocks(m.large.channels, [&](Index c, auto block) {
      constexpr Index CB = block, PB = positions_of(CB);
      const float* w = packed + c * m.small.channels * m.kernel * m.kernel;
      const float* b = bias ? bias + c : nullptr;
      Lanes* out = large + c * m.large.pixels();
      for (Index start = 0; start < std::min(m.stride, m.large.width); ++start)
        for (Index x = start; x < m.large.width;) {
          const Phase here = phase_of(x, m, m.small.width);
          const Index x_last = x + (PB - 1) * m.stride;
          if (x_last < m.large.width) {
            const Phase there = phase_of(x_last, m, m.small.width);
            if (there.t.begin == here.t.begin && there.t.end == here.t.end) {  // monotone: so have those between
              spread_tile<CB, PB>(m, w, b, small, out, y, vertical, x, here);
              x = x_last + m.stride;
              continue;
            }
          }
          spread_tile<CB, 1>(m, w, b, small, out, y, vertical, x, here);
          x += m.stride;
        }
    });
  }
}

}  // namespace shoal
