#include "shoal/job/resident_memory.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>

namespace shoal {
namespace {

TEST(ResidentMemory, grows_with_what_is_held) {
  constexpr std::size_t bytes = 64 << 20;
  const double before = resident_bytes();
  EXPECT_GT(before, 0);
  // From the system itself, to which it goes back at once.
  void* held = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(held, MAP_FAILED);
  std::memset(held, 1, bytes);
  EXPECT_GE(resident_bytes(), before + 0.9 * bytes);
  munmap(held, bytes);
  EXPECT_LT(resident_bytes(), before + 0.5 * bytes);
}

}  // namespace
}  // namespace shoal
