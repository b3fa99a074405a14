#include <vector>

#include "conv_tiles.hpp"
#include "lane_sums.hpp"

namespace shoal {
namespace {

// Where a window of taps meets the images: the rows of the small image for which at least one of its rows lies inside
// the large one, and the columns for which all of its columns do.
struct Window {
  Index ky, kx;
  Range some_row, all_columns;
};

Window window_of(const ConvMap& m, Index ky, Index kx, Index rows, Index columns) {
  const auto inside = [&m](Index size, Index tap, Index limit) {
    return positions_inside(size, m.stride, tap - m.padding, limit);
  };
  const Index last_row = ky + rows - 1, last_column = kx + columns - 1;
  const Index begin = inside(m.small.width, kx, m.large.width).begin;
  return {ky,
          kx,
          {inside(m.small.height, last_row, m.large.height).begin, inside(m.small.height, ky, m.large.height).end},
          {begin, std::max(begin, inside(m.small.width, last_column, m.large.width).end)}};
}

// A row of zeros, for taps above and below an image.
const Lanes* zero_row(Index width) {
  thread_local AlignedVector<Lanes> row;
  if (row.size() < static_cast<std::size_t>(width)) row.resize(static_cast<std::size_t>(width));
  return row.data();
}

// The gradient of the KY x KX taps of a window for OB small channels, `step` apart in dW, and one large channel. S is
// the stride where the compiler knows it, else 0.
template <Index OB, Index KY, Index KX, Index S>
void gradient_tile(const ConvMap& m, const Lanes* large, const Lanes* small, const Lanes* no_row, const Window& window,
                   float* dW, Index step) {
  constexpr Index count = OB * KY * KX, padded = (count + lane_count - 1) / lane_count * lane_count;
  const Index stride = S ? S : m.stride, width = m.large.width, pixels = m.small.pixels();
  Lanes sum[OB][KY][KX];
#pragma GCC unroll 8
  for (Index i = 0; i < OB; ++i)
#pragma GCC unroll 8
    for (Index y = 0; y < KY; ++y)
#pragma GCC unroll 8
      for (Index x = 0; x < KX; ++x) sum[i][y][x] = Lanes{};
  const auto add = [&](const Lanes* const(&rows)[KY], const Lanes* out, Index ox, auto at_edge) {
    const Index ix = ox * stride + window.kx - m.padding;
    Lanes d[OB];
#pragma GCC unroll 8
    for (Index i = 0; i < OB; ++i) d[i] = out[i * pixels + ox];
#pragma GCC unroll 8
    for (Index y = 0; y < KY; ++y)
#pragma GCC unroll 8
      for (Index x = 0; x < KX; ++x) {
        const bool outside = at_edge && static_cast<std::size_t>(ix + x) >= static_cast<std::size_t>(width);
        const Lanes value = *(outside ? &no_value : rows[y] + ix + x);
#pragma GCC unroll 8
        for (Index i = 0; i < OB; ++i) sum[i][y][x] += d[i] * value;
      }
  };
  const auto [first, last] = window.all_columns;
  for (Index oy = window.some_row.begin; oy < window.some_row.end; ++oy) {
    const Lanes* rows[KY];
#pragma GCC unroll 8
    for (Index y = 0; y < KY; ++y) {
      const Index iy = oy * stride + window.ky + y - m.padding;
      rows[y] = iy >= 0 && iy < m.large.height ? large + iy * width : no_row;
    }
    const Lanes* out = small + oy * m.small.width;
    for (Index ox = 0; ox < first; ++ox) add(rows, out, ox, std::true_type{});
    for (Index ox = first; ox < last; ++ox) add(rows, out, ox, std::false_type{});
    for (Index ox = last; ox < m.small.width; ++ox) add(rows, out, ox, std::true_type{});
  }
  // The lane sums of all accumulators, sixteen at a time.
  float sums[padded];
#pragma GCC unroll 2
  for (Index at = 0; at < padded; at += lane_count) {
    Lanes part[lane_count];
#pragma GCC unroll 16
    for (Index i = 0; i < lane_count; ++i) {
      const Index n = at + i;
      part[i] = n < count ? sum[n / (KY * KX) % OB][n / KX % KY][n % KX] : Lanes{};
    }
    const Lanes totals = lane_sums(part);
    __builtin_memcpy(sums + at, &totals, sizeof totals);
  }
#pragma GCC unroll 8
  for (Index i = 0; i < OB; ++i)
    if (KX * KY == m.kernel * m.kernel)
      __builtin_memcpy(dW + i * step, sums + i * KY * KX, KY * KX * sizeof(float));
    else
      for (Index y = 0; y < KY; ++y)
        for (Index x = 0; x < KX; ++x) dW[i * step + y * m.kernel + x] = sums[(i * KY + y) * KX + x];
}

// Three channels times nine taps: both images are gone through once for 27 accumulators.
template <Index S>
void gradient_3x3(const ConvMap& m, const Lanes* large, const Lanes* small, float* dW) {
#ifdef __AVX512F__
  constexpr Index most = 3;
#else
  constexpr Index most = 1;
#endif
  const Index step = m.large.channels * 9;
  const Lanes* no_row = zero_row(m.large.width);
  const Window window = window_of(m, 0, 0, 3, 3);
  for (Index c = 0; c < m.large.channels; ++c)
    for (Index o = 0; o < m.small.channels;) {
      const Lanes* in = large + c * m.large.pixels();
      const Lanes* out = small + o * m.small.pixels();
      float* target = dW + o * step + c * 9;
      const Index left = m.small.channels - o;
      if (left >= most && left != most + 1) {  // two pairs rather than three and one
        gradient_tile<most, 3, 3, S>(m, in, out, no_row, window, target, step);
        o += most;
      } else if (left >= 2 && most > 2) {
        if constexpr (most > 2) gradient_tile<2, 3, 3, S>(m, in, out, no_row, window, target, step);
        o += 2;
      } else {
        gradient_tile<1, 3, 3, S>(m, in, out, no_row, window, target, step);
        ++o;
      }
    }
}

}  // namespace

void weight_gradient(const ConvMap& m, const Lanes* large, const Lanes* small, float* dW) {
  if (has_channel_blocks(m)) return weight_gradient_by_channels(m, large, small, dW);
  if (m.kernel == 3 && m.stride == 1) return gradient_3x3<1>(m, large, small, dW);
  if (m.kernel == 3 && m.stride == 2) return gradient_3x3<2>(m, large, small, dW);
  const Index taps = m.kernel * m.kernel, step = m.large.channels * taps;
  const Lanes* no_row = zero_row(m.large.width);
  thread_local std::vector<Window> triples, singles;  // kept between calls: a step allocates nothing
  triples.clear();
  singles.clear();
  for (Index ky = 0; ky < m.kernel; ++ky) {
    Index kx = 0;
    for (; kx + 3 <= m.kernel; kx += 3) triples.push_back(window_of(m, ky, kx, 1, 3));
    for (; kx < m.kernel; ++kx) singles.push_back(window_of(m, ky, kx, 1, 1));
  }
  for_channel_blocks(m.small.channels, [&](Index o, auto block) {
    const Lanes* out = small + o * m.small.pixels();
    for (Index c = 0; c < m.large.channels; ++c) {
      const Lanes* in = large + c * m.large.pixels();
      float* target = dW + o * step + c * taps;
      for (const Window& w : triples)
        gradient_tile<block, 1, 3, 0>(m, in, out, no_row, w, target + w.ky * m.kernel + w.kx, step);
      for (const Window& w : singles)
        gradient_tile<block, 1, 1, 0>(m, in, out, no_row, w, target + w.ky * m.kernel + w.kx, step);
    }
  });
}

void bias_gradient(const Shape& shape, const Lanes* dy, float* db) {
  for (Index c = 0; c < shape.channels; ++c) {
    Lanes even{}, odd{};
    Index p = 0;
    for (; p + 2 <= shape.pixels(); p += 2) {
      even += dy[p];
      odd += dy[p + 1];
    }
    if (p < shape.pixels()) even += dy[p];
    dy += shape.pixels();
    db[c] = sum_of_lanes(even + odd);
  }
}

}  // namespace shoal
