#include "shoal/core/digit_tiles.hpp"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#define SHOAL_X86_TILES 1
#endif

namespace shoal {

#ifdef SHOAL_X86_TILES
namespace {

// Linux gives the tiles' state to a process that asks for it.
bool ask_for_tiles() {
  constexpr unsigned leaf = 7, amx_tile = 1u << 24, amx_int8 = 1u << 25;
  constexpr long request_permission = 0x1023, tile_data = 18;
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(leaf, 0, &a, &b, &c, &d) == 0 || (d & amx_tile) == 0 || (d & amx_int8) == 0) return false;
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

// What the tile registers hold, as ldtilecfg reads it: all eight 16 rows of 64 bytes.
struct alignas(64) TileShapes {
  std::uint8_t palette = 1;
  std::array<std::uint8_t, 15> unused{};
  std::array<std::uint16_t, 16> row_bytes{64, 64, 64, 64, 64, 64, 64, 64};
  std::array<std::uint8_t, 16> rows{16, 16, 16, 16, 16, 16, 16, 16};
};
constexpr TileShapes shapes;

// Assembly rather than intrinsics: GCC 12's intrinsic for ldtilecfg faults, and these need no compiler option.
#define SHOAL_TILE_LOAD(tile, from) \
  asm volatile("tileloadd (%0,%1,1), %%tmm" #tile ::"r"(from), "r"(Index{64}) : "memory")
#define SHOAL_TILE_STORE(tile, to) \
  asm volatile("tilestored %%tmm" #tile ", (%0,%1,1)" ::"r"(to), "r"(Index{64}) : "memory")
#define SHOAL_TILE_ZERO(tile) asm volatile("tilezero %%tmm" #tile ::)
#define SHOAL_TILE_ADD_PRODUCT(sum, a, b) asm volatile("tdpbssd %%tmm" #b ", %%tmm" #a ", %%tmm" #sum ::)

// Tile o sums order o. Two products with the same sum stand apart, so that one need not wait for the other.
void multiply_one(const std::int8_t* a, const std::int8_t* b, Index chunks, DigitProducts& products) {
  constexpr Index digit = digit_tile_bytes;
  SHOAL_TILE_ZERO(0);
  SHOAL_TILE_ZERO(1);
  SHOAL_TILE_ZERO(2);
  SHOAL_TILE_ZERO(3);
  for (Index k = 0; k < chunks; ++k, a += chunk_bytes, b += chunk_bytes) {
    SHOAL_TILE_LOAD(4, a);
    SHOAL_TILE_LOAD(7, b + 2 * digit);
    SHOAL_TILE_ADD_PRODUCT(2, 4, 7);
    SHOAL_TILE_LOAD(6, b + digit);
    SHOAL_TILE_ADD_PRODUCT(1, 4, 6);
    SHOAL_TILE_LOAD(5, b);
    SHOAL_TILE_ADD_PRODUCT(0, 4, 5);
    SHOAL_TILE_LOAD(4, a + digit);
    SHOAL_TILE_ADD_PRODUCT(3, 4, 7);
    SHOAL_TILE_ADD_PRODUCT(2, 4, 6);
    SHOAL_TILE_ADD_PRODUCT(1, 4, 5);
    SHOAL_TILE_LOAD(7, a + 2 * digit);
    SHOAL_TILE_ADD_PRODUCT(3, 7, 6);
    SHOAL_TILE_ADD_PRODUCT(2, 7, 5);
  }
  SHOAL_TILE_STORE(0, &products.order[0]);
  SHOAL_TILE_STORE(1, &products.order[1]);
  SHOAL_TILE_STORE(2, &products.order[2]);
  SHOAL_TILE_STORE(3, &products.order[3]);
}

}  // namespace

bool has_digit_tiles() {
  static const bool has = ask_for_tiles();
  return has;
}

void multiply_digits(const std::int8_t* a, const std::int8_t* b, Index chunks, Index count, DigitProducts* products) {
  asm volatile("ldtilecfg %0" ::"m"(shapes));
  for (Index n = 0; n < count; ++n) multiply_one(a, b + n * chunks * chunk_bytes, chunks, products[n]);
  asm volatile("tilerelease" ::);
}
#else
bool has_digit_tiles() {
  return false;
}

void multiply_digits(const std::int8_t* a, const std::int8_t* b, Index chunks, Index count, DigitProducts* products) {
  multiply_digits_plainly(a, b, chunks, count, products);
}
#endif

void multiply_digits_plainly(const std::int8_t* a, const std::int8_t* b, Index chunks, Index count,
                             DigitProducts* products) {
  const auto at = [](Index chunk, Index digit, Index row, Index byte) {
    return chunk * chunk_bytes + digit * digit_tile_bytes + row * 64 + byte;
  };
  for (Index n = 0; n < count; ++n, b += chunks * chunk_bytes) {
    products[n] = {};
    for (Index i = 0; i < digit_count; ++i)
      for (Index j = 0; j < digit_count && i + j < order_count; ++j)
        for (Index chunk = 0; chunk < chunks; ++chunk)
          for (Index r = 0; r < 16; ++r)
            for (Index c = 0; c < 16; ++c)
              for (Index k = 0; k < chunk_depth; ++k)
                products[n]
                    .order[static_cast<std::size_t>(i + j)][static_cast<std::size_t>(r)][static_cast<std::size_t>(c)] +=
                    a[at(chunk, i, r, k)] * b[at(chunk, j, k / 4, 4 * c + k % 4)];
  }
}

}  // namespace shoal
