#pragma once
// Products of a few points with rows of bytes, by tiles (ByteRows).
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "shoal/core/lanes.hpp"
#include "shoal/core/tile_instructions.hpp"
#include "shoal/math/center_tiles.hpp"

namespace shoal {

constexpr Index tile_bytes = 1024, chunk = 64, chunk_bytes = 2 * tile_bytes;

// Up to 16 points in two digits, p = 256 h + l: (chunks of 64 columns, 2 digits, 16 points, 64 bytes).
struct TiledPoints {
  AlignedVector<std::int8_t> digits;
  double scale = 1;  // p = scale * what is multiplied

  TiledPoints(const std::vector<float>& values, Index m, Index d)
      : digits(static_cast<std::size_t>((d + chunk - 1) / chunk * chunk_bytes), 0) {
    double largest = 0;
    for (const float v : values) largest = std::max(largest, std::abs(static_cast<double>(v)));
    if (largest > 0) scale = std::ldexp(1.0, std::clamp(std::ilogb((127 * 256 + 127) / largest), -100, 100));
    for (Index t = 0; t < m; ++t)
      for (Index j = 0; j < d; ++j) {
        const auto p = static_cast<std::int32_t>(
            std::nearbyint(static_cast<double>(values[static_cast<std::size_t>(t * d + j)]) * scale));
        std::int8_t* to = digits.data() + j / chunk * chunk_bytes + t * chunk + j % chunk;
        const std::int32_t high = (p + 128) >> 8;
        to[0] = static_cast<std::int8_t>(high);
        to[tile_bytes] = static_cast<std::int8_t>(p - 256 * high);
      }
  }
};

// high and low digits of 16 points times 2 groups of 16 rows
struct alignas(64) TiledSums {
  std::int32_t high[2][16][16], low[2][16][16];
};

#ifdef SHOAL_TILE_INSTRUCTIONS
// The last chunk may reach into the rows behind, where points have zeros.
inline void multiply(const std::int8_t* points, const std::uint8_t* rows, const std::uint8_t* others, Index chunks,
                     TiledSums& sums) {
  SHOAL_TILE_ZERO(0);
  SHOAL_TILE_ZERO(1);
  SHOAL_TILE_ZERO(2);
  SHOAL_TILE_ZERO(3);
  for (Index t = 0; t < chunks; ++t, points += chunk_bytes, rows += tile_bytes, others += tile_bytes) {
    SHOAL_TILE_LOAD(4, points);
    SHOAL_TILE_LOAD(6, rows);
    SHOAL_TILE_ADD_PRODUCT_WITH_BYTES(0, 4, 6);
    SHOAL_TILE_LOAD(5, points + tile_bytes);
    SHOAL_TILE_ADD_PRODUCT_WITH_BYTES(1, 5, 6);
    SHOAL_TILE_LOAD(7, others);
    SHOAL_TILE_ADD_PRODUCT_WITH_BYTES(2, 4, 7);
    SHOAL_TILE_ADD_PRODUCT_WITH_BYTES(3, 5, 7);
  }
  SHOAL_TILE_STORE(0, sums.high[0]);
  SHOAL_TILE_STORE(1, sums.low[0]);
  SHOAL_TILE_STORE(2, sums.high[1]);
  SHOAL_TILE_STORE(3, sums.low[1]);
}
#else
inline void multiply(const std::int8_t*, const std::uint8_t*, const std::uint8_t*, Index, TiledSums&) {}
#endif

}  // namespace shoal
