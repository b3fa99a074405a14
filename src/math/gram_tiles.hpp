#pragma once
// The register tiles of FloatGram: 8 rows by 1 to 3 vectors of sums.
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "shoal/core/lanes.hpp"

namespace shoal {

inline constexpr Index tile_rows = 8, tile_vectors = 3;

/// sums[q][.] = sum_k a[k * a_stride + q] b[k * b_stride + .] for q = 0..7, over `rows` k in their order; then each is
/// added to to[q * to_stride + .], which stands on a high start (core/order_free.hpp). Meanwhile the memory is asked
/// for what lies `ahead`, `step` bytes further with each k.
template <int vectors>
void multiply_tile(const float* a, Index a_stride, const float* b, Index b_stride, Index rows, double* to,
                   Index to_stride, const std::byte* ahead, Index step) {
  Lanes sums[tile_rows][vectors];
#pragma GCC unroll 8
  for (int q = 0; q < tile_rows; ++q)
#pragma GCC unroll 3
    for (int v = 0; v < vectors; ++v) sums[q][v] = Lanes{};
  for (Index k = 0; k < rows; ++k, a += a_stride, b += b_stride, ahead += step) {
    __builtin_prefetch(ahead);
    Lanes column[vectors];
#pragma GCC unroll 3
    for (int v = 0; v < vectors; ++v) column[v] = reinterpret_cast<const Lanes*>(b)[v];
#pragma GCC unroll 8
    for (int q = 0; q < tile_rows; ++q)
#pragma GCC unroll 3
      for (int v = 0; v < vectors; ++v) sums[q][v] += a[q] * column[v];
  }
  alignas(64) float terms[tile_rows][vectors * lane_count];
#pragma GCC unroll 8
  for (int q = 0; q < tile_rows; ++q)
#pragma GCC unroll 3
    for (int v = 0; v < vectors; ++v) reinterpret_cast<Lanes*>(terms[q])[v] = sums[q][v];
  // A plain loop, which GCC turns into wide conversions; its vector conversions it does one by one.
  for (Index q = 0; q < tile_rows; ++q) {
    double* row = to + q * to_stride;
    for (Index j = 0; j < vectors * lane_count; ++j)
      row[j] += std::bit_cast<double>(std::bit_cast<std::uint64_t>(static_cast<double>(terms[q][j])) | 1u);
  }
}

}  // namespace shoal
