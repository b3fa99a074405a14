#include "byte_kernels.hpp"

#include <algorithm>
#include <cstring>

#include "shoal/core/byte_tiles.hpp"

#if defined(__x86_64__) && defined(__linux__)
#include <immintrin.h>
#define SHOAL_HAS_BYTE_KERNELS
#endif

namespace shoal {

void pack_bytes(const std::uint8_t* rows, Index chunks, Index d, std::uint8_t* right) {
  const Index strips = (d + byte_strip - 1) / byte_strip;
  for (Index chunk = 0; chunk < chunks; ++chunk)
    for (Index column = 0; column < strips * byte_strip; column += 16) {
      std::uint8_t* to = right + ((column / byte_strip * chunks + chunk) * 2 + column % byte_strip / 16) * byte_block;
      const Index count = std::clamp<Index>(d - column, 0, 16);
      for (Index group = 0; group < 16; ++group, to += 64) {
        const std::uint8_t* x = rows + (chunk * byte_chunk + group * 4) * d + column;
        if (count == 16)
          for (Index l = 0; l < 16; ++l)
            for (Index r = 0; r < 4; ++r) to[4 * l + r] = x[r * d + l];
        else {
          std::memset(to, 0, 64);
          for (Index l = 0; l < count; ++l)
            for (Index r = 0; r < 4; ++r) to[4 * l + r] = x[r * d + l];
        }
      }
    }
}

void pack_left_amx(const std::uint8_t* right, Index blocks, std::uint8_t* left) {
  for (Index b = 0; b < blocks; ++b, right += byte_block, left += byte_block) {
    std::uint32_t from[16][16], to[16][16];
    std::memcpy(from, right, sizeof from);
    for (int i = 0; i < 16; ++i)
      for (int j = 0; j < 16; ++j) to[j][i] = from[i][j];
    std::memcpy(left, to, sizeof to);
  }
}

void pack_left_vnni(const std::uint8_t* right, Index blocks, std::uint8_t* left) {
  for (Index i = 0; i < blocks * byte_block; ++i) left[i] = right[i] ^ 0x80;
}

#ifdef SHOAL_HAS_BYTE_KERNELS
namespace {

/// Adds 16 x 16 sums of 32 bits to doubles.
void add_sums(const std::uint32_t* sums, double* to, Index to_stride) {
  for (Index i = 0; i < 16; ++i)
    for (Index j = 0; j < 16; ++j) to[i * to_stride + j] += static_cast<double>(sums[i * 16 + j]);
}

// 2 x 2 tiles of sums: strip i of the left factor with strip j of the right one.
__attribute__((target("amx-tile,amx-int8"))) void multiply_strips(const std::uint8_t* left, const std::uint8_t* right,
                                                                  Index chunks, std::uint32_t* sums) {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (Index t = 0; t < chunks; ++t, left += 2 * byte_block, right += 2 * byte_block) {
    _tile_loadd(4, left, 64);
    _tile_loadd(6, right, 64);
    _tile_loadd(7, right + byte_block, 64);
    _tile_loadd(5, left + byte_block, 64);
    _tile_dpbuud(0, 4, 6);
    _tile_dpbuud(1, 4, 7);
    _tile_dpbuud(2, 5, 6);
    _tile_dpbuud(3, 5, 7);
  }
  _tile_stored(0, sums, 64);
  _tile_stored(1, sums + 256, 64);
  _tile_stored(2, sums + 512, 64);
  _tile_stored(3, sums + 768, 64);
}

// 8 columns of the left factor with 32 of the right one; rows in fours.
__attribute__((target("avx512f,avx512vnni"))) void multiply_columns(const std::uint8_t* left, const std::uint8_t* right,
                                                                    Index chunks, std::int32_t* sums) {
  __m512i total[8][2];
#pragma GCC unroll 8
  for (int q = 0; q < 8; ++q) total[q][0] = total[q][1] = _mm512_setzero_si512();
  for (Index t = 0; t < chunks; ++t, left += 2 * byte_block, right += 2 * byte_block)
    for (Index group = 0; group < byte_block; group += 64) {
      const __m512i low = _mm512_load_si512(right + group), high = _mm512_load_si512(right + byte_block + group);
#pragma GCC unroll 8
      for (int q = 0; q < 8; ++q) {
        std::int32_t four;
        std::memcpy(&four, left + group + 4 * q, sizeof four);
        const __m512i factor = _mm512_set1_epi32(four);
        total[q][0] = _mm512_dpbusd_epi32(total[q][0], low, factor);
        total[q][1] = _mm512_dpbusd_epi32(total[q][1], high, factor);
      }
    }
#pragma GCC unroll 8
  for (int q = 0; q < 8; ++q) {
    _mm512_storeu_si512(sums + 32 * q, total[q][0]);
    _mm512_storeu_si512(sums + 32 * q + 16, total[q][1]);
  }
}

}  // namespace

bool vnni_is_available() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni");
}

void multiply_amx(const std::uint8_t* left, const std::uint8_t* right, Index strips, Index chunks, double* to,
                  Index to_stride) {
  const TileRegisters registers;
  alignas(64) std::uint32_t sums[4][256];
  const Index strip_bytes = 2 * chunks * byte_block;
  // A few strips of the left factor stay in the second-level cache while the right one goes by.
  const Index kept = std::clamp<Index>((Index{1} << 19) / strip_bytes, 1, 16);
  for (Index first = 0; first < strips; first += kept)
    for (Index j = first; j < strips; ++j)
      for (Index i = first; i < std::min(first + kept, j + 1); ++i) {
        multiply_strips(left + i * strip_bytes, right + j * strip_bytes, chunks, sums[0]);
        double* at = to + i * byte_strip * to_stride + j * byte_strip;
        for (Index h = 0; h < 4; ++h) add_sums(sums[h], at + h / 2 * 16 * to_stride + h % 2 * 16, to_stride);
      }
}

void multiply_vnni(const std::uint8_t* left, const std::uint8_t* right, Index strips, Index chunks, double* to,
                   Index to_stride) {
  const Index strip_bytes = 2 * chunks * byte_block;
  alignas(64) std::int32_t sums[8 * 32];
  for (Index j = 0; j < strips; ++j)
    for (Index column = 0; column < (j + 1) * byte_strip; column += 8) {
      const std::uint8_t* columns =
          left + column / byte_strip * strip_bytes + column % byte_strip / 16 * byte_block + column % 16 * 4;
      multiply_columns(columns, right + j * strip_bytes, chunks, sums);
      double* at = to + column * to_stride + j * byte_strip;
      for (Index q = 0; q < 8; ++q)
        for (Index l = 0; l < 32; ++l) at[q * to_stride + l] += sums[32 * q + l];
    }
}
#else
bool vnni_is_available() {
  return false;
}
void multiply_amx(const std::uint8_t*, const std::uint8_t*, Index, Index, double*, Index) {}
void multiply_vnni(const std::uint8_t*, const std::uint8_t*, Index, Index, double*, Index) {}
#endif

}  // namespace shoal
