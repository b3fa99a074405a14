#pragma once
// Register tiles of the convolution kernels: CB channels times PB positions of accumulators.
#include <algorithm>

#include "shoal/core/lanes.hpp"

namespace shoal {

#ifdef __AVX512F__
inline constexpr Index most_channels = 8;  // 8 x 3 accumulators of 32 registers
inline constexpr Index positions_of(Index channels) {
  return channels == 8 ? 3 : channels == 4 ? 6 : 8;
}
#else
inline constexpr Index most_channels = 4;  // a Lanes takes two or four registers of sixteen
inline constexpr Index positions_of(Index) {
  return 1;
}
#endif

/// The size of the block that starts at `channel` when blocks of 8, 4, 2 and 1 channels are taken greedily.
inline constexpr Index channel_block(Index channel, Index channels) {
  for (Index block = most_channels; block > 1; block /= 2)
    if (channel + block <= channels) return block;
  return 1;
}

/// Calls body(channel, block) with the block size as a compile-time number.
template <class Body>
void for_channel_blocks(Index channels, Body body) {
  for (Index at = 0; at < channels;) {
    const Index block = channel_block(at, channels);
    switch (block) {
      case 8:
        body(at, std::integral_constant<Index, 8>{});
        break;
      case 4:
        body(at, std::integral_constant<Index, 4>{});
        break;
      case 2:
        body(at, std::integral_constant<Index, 2>{});
        break;
      default:
        body(at, std::integral_constant<Index, 1>{});
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

}  // namespace shoal
