#pragma once
// The instructions for tiles of bytes (Intel AMX) that Shoal uses, all tiles being 16 rows of 64 bytes (TileRegisters).
// Assembly rather than intrinsics: it needs no compiler option, so that the choice is made at run time.
#include "shoal/core/byte_tiles.hpp"
#include "shoal/core/matrix.hpp"

#if defined(__x86_64__) && defined(__linux__)
#define SHOAL_TILE_INSTRUCTIONS 1

#define SHOAL_TILE_LOAD(tile, from) \
  asm volatile("tileloadd (%0,%1,1), %%tmm" #tile ::"r"(from), "r"(::shoal::Index{64}) : "memory")
#define SHOAL_TILE_STORE(tile, to) \
  asm volatile("tilestored %%tmm" #tile ", (%0,%1,1)" ::"r"(to), "r"(::shoal::Index{64}) : "memory")
#define SHOAL_TILE_ZERO(tile) asm volatile("tilezero %%tmm" #tile ::)
/// sum[r][c] += sum over words w and bytes m of a[r][w][m] b[w][c][m], signed bytes, 32-bit sums.
#define SHOAL_TILE_ADD_PRODUCT(sum, a, b) asm volatile("tdpbssd %%tmm" #b ", %%tmm" #a ", %%tmm" #sum ::)
/// The same, the bytes of b without sign.
#define SHOAL_TILE_ADD_PRODUCT_WITH_BYTES(sum, a, b) asm volatile("tdpbsud %%tmm" #b ", %%tmm" #a ", %%tmm" #sum ::)
#endif
