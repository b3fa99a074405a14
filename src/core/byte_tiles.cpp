#include "shoal/core/byte_tiles.hpp"

#include <array>
#include <cstdint>

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#define SHOAL_X86_TILES 1
#endif

namespace shoal {

#ifdef SHOAL_X86_TILES
namespace {

// Linux gives the tiles' state to a process that asks for it (5.16 and later).
bool ask_for_tiles() {
  constexpr unsigned leaf = 7, amx_tile = 1u << 24, amx_int8 = 1u << 25;
  constexpr long request_permission = 0x1023, tile_data = 18;
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(leaf, 0, &a, &b, &c, &d) == 0 || (d & amx_tile) == 0 || (d & amx_int8) == 0) return false;
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

// As ldtilecfg reads it.
struct alignas(64) TileShapes {
  std::uint8_t palette = 1;
  std::array<std::uint8_t, 15> unused{};
  std::array<std::uint16_t, 16> row_bytes{64, 64, 64, 64, 64, 64, 64, 64};
  std::array<std::uint8_t, 16> rows{16, 16, 16, 16, 16, 16, 16, 16};
};
constexpr TileShapes shapes;

}  // namespace

bool has_byte_tiles() {
  static const bool has = ask_for_tiles();
  return has;
}

// Assembly rather than intrinsics: GCC 12's intrinsic for ldtilecfg faults.
TileRegisters::TileRegisters() {
  asm volatile("ldtilecfg %0" ::"m"(shapes));
}
TileRegisters::~TileRegisters() {
  asm volatile("tilerelease" ::);
}
#else
bool has_byte_tiles() {
  return false;
}
TileRegisters::TileRegisters() = default;
TileRegisters::~TileRegisters() = default;
#endif

}  // namespace shoal
