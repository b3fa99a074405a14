#pragma once
// Register tiles of the convolution kernels: CB channels times PB positions of accumulators.
#include <algorithm>
#include <type_traits>

#include "conv_kernels.hpp"

namespace shoal {

#ifdef __AVX512F__
inline constexpr Index most_channels = 8;  // 8 x 3 accumulators of 32 registers
inline constexpr Index most_positions(Index channels) {
  return channels == 8 ? 3 : channels == 4 ? 6 : 8;
}
#else
inline constexpr Index most_channels = 4;  // a Lanes takes two or four registers of sixteen
inline constexpr Index most_positions(Index) {
  return 1;
}
#endif

/// The size of the block that starts at `channel` when blocks of 8, 4, 3, 2 and 1 channels are taken greedily.
inline constexpr Index channel_block(Index channel, Index channels) {
  const Index left = channels - channel;
  if (left >= most_channels) return most_channels;
  return left >= 4 ? 4 : left;
}

/// Positions of the next tile where `left` are left: tiles of equal size rather than a large one and a single.
inline constexpr Index position_block(Index most, Index left) {
  if (left >= most) return most == 3 && left == 4 ? 2 : most;
  if (left >= 4) return 4;
  return left == 3 && most != 3 ? 2 : left;
}

template <Index N>
using Number = std::integral_constant<Index, N>;

/// Calls body(channel, block) with the block size as a compile-time number.
template <class Body>
void for_channel_blocks(Index channels, Body body) {
  for (Index at = 0; at < channels;) {
    const Index block = channel_block(at, channels);
    if (block == 8) {
      if constexpr (most_channels == 8) body(at, Number<8>{});
    } else if (block == 4) {
      body(at, Number<4>{});
    } else if (block == 3) {
      body(at, Number<3>{});
    } else if (block == 2) {
      body(at, Number<2>{});
    } else {
      body(at, Number<1>{});
    }
    at += block;
  }
}

/// Calls body(position, block) for tiles that cover [begin, end), with the block size as a compile-time number.
template <Index most, class Body>
void for_position_blocks(Index begin, Index end, Body body) {
  for (Index at = begin; at < end;) {
    const Index block = position_block(most, end - at);
    if (block == most) {
      body(at, Number<most>{});
    } else if (block == 4) {
      if constexpr (most > 4) body(at, Number<4>{});
    } else if (block == 2) {
      if constexpr (most > 2) body(at, Number<2>{});
    } else {
      if constexpr (most > 1) body(at, Number<1>{});
    }
    at += block;
  }
}

/// A range [begin, end) of positions or taps.
struct Range {
  Index begin, end;
};

/// The positions o in [0, size) for which stride * o + offset lies in [0, limit).
inline Range positions_inside(Index size, Index stride, Index offset, Index limit) {
  const auto ceil_div = [](Index a, Index b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); };
  const Index begin = std::clamp<Index>(ceil_div(-offset, stride), 0, size);
  const Index end = std::clamp<Index>(ceil_div(limit - offset, stride), begin, size);
  return {begin, end};
}

/// Where taps that fall outside an image read.
inline constexpr Lanes no_value{};

/// The case of `spread` that most decoders are made of: kernel 3, stride 2, padding 1; its own order of weights.
inline bool spreads_in_quads(const ConvMap& m) {
  return m.kernel == 3 && m.stride == 2 && m.padding == 1;
}
void pack_for_quads(const ConvMap& map, const float* weights, float* packed);
void spread_quads(const ConvMap& map, const float* packed, const float* bias, const Lanes* small,
                  const Rectify& rectify, Lanes* large);

/// The case of `weight_gradient` that sums over lanes least: kernel 3, whole blocks of sixteen large channels.
inline bool has_channel_blocks(const ConvMap& m) {
  return m.kernel == 3 && m.large.channels % lane_count == 0;
}
void weight_gradient_by_channels(const ConvMap& map, const Lanes* large, const Lanes* small, float* dW);

/// Stores CB x PB sums, channels `plane` apart, positions `step` apart, from result[at] on.
template <Index CB, Index PB>
inline void store_tile(const Lanes (&sum)[CB][PB], const Rectify& rectify, Lanes* result, Index at, Index plane,
                       Index step) {
  if (rectify.sign) {
#pragma GCC unroll 8
    for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
      for (Index j = 0; j < PB; ++j) {
        const Index to = at + i * plane + j * step;
        result[to] = rectify.sign[to] > 0 ? sum[i][j] : rectify.slope * sum[i][j];
      }
  } else {
#pragma GCC unroll 8
    for (Index i = 0; i < CB; ++i)
#pragma GCC unroll 8
      for (Index j = 0; j < PB; ++j)
        result[at + i * plane + j * step] = sum[i][j] > 0 ? sum[i][j] : rectify.slope * sum[i][j];
  }
}

}  // namespace shoal
