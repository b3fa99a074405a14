#include <algorithm>

#include "conv_tiles.hpp"
#include "shoal/core/transpose.hpp"

// The weight gradient with sixteen channels of the large image in a vector instead of sixteen samples: an accumulator
// then holds sixteen weights, and nothing is left to add up over lanes (docs/benchmarks.md says what that saves). The
// large image is turned around once, with a border of zeros, so that no tap falls outside.

namespace shoal {
namespace {

/// [block of 16 channels][sample][row][column], rows and columns with a border.
struct ChannelImage {
  Index rows, columns;
  const Lanes* values;

  Index plane() const { return rows * columns; }
};

ChannelImage turn_around(const ConvMap& m, const Lanes* large) {
  const Index rows = (m.small.height - 1) * m.stride + m.kernel, columns = (m.small.width - 1) * m.stride + m.kernel;
  const Index blocks = m.large.channels / lane_count;
  // Kept between calls: one allocation a thread, not one a group.
  thread_local AlignedVector<Lanes> values;
  values.assign(static_cast<std::size_t>(blocks * lane_count * rows * columns), Lanes{});
  const ChannelImage image{rows, columns, values.data()};
  const Index height = std::min(m.large.height, rows - m.padding), width = std::min(m.large.width, columns - m.padding);
  for (Index b = 0; b < blocks; ++b)
    for (Index y = 0; y < height; ++y)
      for (Index x = 0; x < width; ++x) {
        Lanes v[lane_count];
        const Lanes* from = large + b * lane_count * m.large.pixels() + y * m.large.width + x;
        for (Index c = 0; c < lane_count; ++c) v[c] = from[c * m.large.pixels()];
        transpose(v);
        Lanes* to = values.data() + b * lane_count * image.plane() + (y + m.padding) * columns + x + m.padding;
        for (Index s = 0; s < lane_count; ++s) to[s * image.plane()] = v[s];
      }
  return image;
}

// The 3 x 3 taps of OB small channels and sixteen large ones. S is the stride where the compiler knows it, else 0.
template <Index OB, Index S>
void channel_tile(const ConvMap& m, const ChannelImage& image, const Lanes* block, const Lanes* small, float* dW) {
  const Index stride = S ? S : m.stride, pixels = m.small.pixels();
  Lanes sum[OB][9];
#pragma GCC unroll 8
  for (Index i = 0; i < OB; ++i)
#pragma GCC unroll 9
    for (Index t = 0; t < 9; ++t) sum[i][t] = Lanes{};
  for (Index s = 0; s < lane_count; ++s, block += image.plane())
    for (Index oy = 0; oy < m.small.height; ++oy) {
      const Lanes* row = block + oy * stride * image.columns;
      const float* d = reinterpret_cast<const float*>(small + oy * m.small.width) + s;
      for (Index ox = 0; ox < m.small.width; ++ox, row += stride, d += lane_count) {
        Lanes weight[OB];
#pragma GCC unroll 8
        for (Index i = 0; i < OB; ++i) weight[i] = broadcast(d[i * pixels * lane_count]);
#pragma GCC unroll 9
        for (Index t = 0; t < 9; ++t) {
          const Lanes value = row[t / 3 * image.columns + t % 3];
#pragma GCC unroll 8
          for (Index i = 0; i < OB; ++i) sum[i][t] += weight[i] * value;
        }
      }
    }
    // From taps of channels to channels of taps.
#pragma GCC unroll 8
  for (Index i = 0; i < OB; ++i) {
    Lanes v[lane_count]{};
#pragma GCC unroll 9
    for (Index t = 0; t < 9; ++t) v[t] = sum[i][t];
    transpose(v);
    for (Index c = 0; c < lane_count; ++c)
      __builtin_memcpy(dW + (i * m.large.channels + c) * 9, &v[c], 9 * sizeof(float));
  }
}

template <Index S>
void gradient_of_blocks(const ConvMap& m, const ChannelImage& image, const Lanes* small, float* dW) {
#ifdef __AVX512F__
  constexpr Index most = 3;
#else
  constexpr Index most = 1;
#endif
  for (Index b = 0; b < m.large.channels / lane_count; ++b)
    for (Index o = 0; o < m.small.channels;) {
      const Lanes* block = image.values + b * lane_count * image.plane();
      const Lanes* out = small + o * m.small.pixels();
      float* target = dW + (o * m.large.channels + b * lane_count) * 9;
      const Index left = m.small.channels - o;
      if (left >= most && left != most + 1) {  // two pairs rather than three and one
        channel_tile<most, S>(m, image, block, out, target);
        o += most;
      } else if (left >= 2 && most > 2) {
        channel_tile<2, S>(m, image, block, out, target);
        o += 2;
      } else {
        channel_tile<1, S>(m, image, block, out, target);
        ++o;
      }
    }
}

}  // namespace

void weight_gradient_by_channels(const ConvMap& m, const Lanes* large, const Lanes* small, float* dW) {
  const ChannelImage image = turn_around(m, large);
  if (m.stride == 1) return gradient_of_blocks<1>(m, image, small, dW);
  if (m.stride == 2) return gradient_of_blocks<2>(m, image, small, dW);
  gradient_of_blocks<0>(m, image, small, dW);
}

}  // namespace shoal
