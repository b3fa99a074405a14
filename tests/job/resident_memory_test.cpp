#include "shoal/job/resident_memory.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace shoal {
namespace {

TEST(ResidentMemory, grows_with_what_is_held) {
  constexpr std::size_t bytes = 64 << 20;
  const double before = resident_bytes();
  EXPECT_GT(before, 0);
  {
    const std::vector<char> held(bytes, 1);
    EXPECT_GE(resident_bytes(), before + 0.9 * bytes);
  }
  EXPECT_GE(peak_resident_bytes(), before + 0.9 * bytes);
}

}  // namespace
}  // namespace shoal
