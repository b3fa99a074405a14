#include "conv_tiles.hpp"

namespace shoal {
namespace {

#ifdef __AVX512F__
inline constexpr Index quad_channels = 2;
#else
inline constexpr Index quad_channels = 1;
#endif

// CB large channels times PB quads side by side: pixels (2 qy, 2 qx) to (2 qy + 1, 2 qx + 1) of the large image, from
// the four pixels (qy, qx) to (qy + 1, qx + 1) of the small one. An even pixel takes tap 1 of its own small pixel, an
// odd one tap 2 of its own and tap 0 of the next.
template <Index CB, Index PB, bool at_edge>
void quad_tile(const ConvMap& m, const float* packed, const float* bias, const Lanes* small, const Rectify& rectify,
               Lanes* large, Index qy, Index qx) {
  const Index width = m.small.width, plane = m.small.pixels();
  Lanes sum[CB][2][2][PB];
#pragma GCC unroll 8
  for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
    for (Index q = 0; q < 4; ++q)
#pragma GCC unroll 8
      for (Index j = 0; j < PB; ++j) sum[i][q / 2][q % 2][j] = bias ? broadcast(bias[i]) : Lanes{};
  const Lanes* upper = small + qy * width + qx;
  const bool below = qy + 1 < m.small.height;
  for (Index o = 0; o < m.small.channels; ++o, upper += plane, packed += 9 * CB) {
    Lanes row[2][PB + 1];
#pragma GCC unroll 8
    for (Index j = 0; j <= PB; ++j) {
      const bool inside = !at_edge || qx + j < width;
      row[0][j] = *(inside ? upper + j : &no_value);
      row[1][j] = *(inside && below ? upper + width + j : &no_value);
    }
    const auto add = [&](Index i, Index ky, Index kx) {
      const Lanes w = broadcast(packed[i * 9 + ky * 3 + kx]);
      const Index y = ky != 1, x = kx != 1;            // the parity of the pixels that this tap serves
      const Index from_y = ky == 0, from_x = kx == 0;  // and which small pixel it takes
#pragma GCC unroll 8
      for (Index j = 0; j < PB; ++j) sum[i][y][x][j] += w * row[from_y][from_x + j];
    };
#pragma GCC unroll 8
    for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 9
      for (Index t = 0; t < 9; ++t) add(i, t / 3, t % 3);
  }
  const Index rows = std::min<Index>(2, m.large.height - 2 * qy), limit = m.large.width - 2 * qx;
#pragma GCC unroll 8
  for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
    for (Index y = 0; y < 2; ++y)
#pragma GCC unroll 8
      for (Index x = 0; x < 2 * PB; ++x)
        if (y < rows && (!at_edge || x < limit)) {
          const Index to = i * m.large.pixels() + (2 * qy + y) * m.large.width + 2 * qx + x;
          const Lanes v = sum[i][y][x % 2][x / 2], sign = rectify.sign ? rectify.sign[to] : v;
          large[to] = sign > 0 ? v : rectify.slope * v;
        }
}

template <Index CB>
void quad_rows(const ConvMap& m, const float* packed, const float* bias, const Lanes* small, const Rectify& rectify,
               Lanes* large) {
#ifdef __AVX512F__
  constexpr Index PB = CB == 1 ? 4 : 2;
#else
  constexpr Index PB = 1;
#endif
  const Index quads = (m.large.width + 1) / 2;
  for (Index qy = 0; 2 * qy < m.large.height; ++qy)
    for (Index qx = 0; qx < quads; qx += PB)
      if (qx + PB < m.small.width && 2 * (qx + PB) <= m.large.width)
        quad_tile<CB, PB, false>(m, packed, bias, small, rectify, large, qy, qx);
      else
        quad_tile<CB, PB, true>(m, packed, bias, small, rectify, large, qy, qx);
}

}  // namespace

Index quad_block(Index left) {
  if (quad_channels == 1) return 1;
  return left == 3 ? 3 : std::min<Index>(left, 2);
}

void pack_for_quads(const ConvMap& map, const float* weights, float* packed) {
  const Index row = map.large.channels * 9;
  for (Index c = 0; c < map.large.channels;) {
    const Index block = quad_block(map.large.channels - c);
    for (Index o = 0; o < map.small.channels; ++o, packed += block * 9)
      std::copy_n(weights + o * row + c * 9, block * 9, packed);
    c += block;
  }
}

void spread_quads(const ConvMap& m, const float* packed, const float* bias, const Lanes* small, const Rectify& rectify,
                  Lanes* large) {
  for (Index c = 0; c < m.large.channels;) {
    const Index block = quad_block(m.large.channels - c), at = c * m.large.pixels();
    const float* w = packed + c * m.small.channels * 9;
    const float* b = bias ? bias + c : nullptr;
    const Rectify here{rectify.slope, rectify.sign ? rectify.sign + at : nullptr};
    if (block == 3) {
      if constexpr (quad_channels > 1) quad_rows<3>(m, w, b, small, here, large + at);
    } else if (block == 2) {
      if constexpr (quad_channels > 1) quad_rows<2>(m, w, b, small, here, large + at);
    } else {
      quad_rows<1>(m, w, b, small, here, large + at);
    }
    c += block;
  }
}

}  // namespace shoal
