#include "shoal/job/cores.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(Cores, a_process_may_run_somewhere_and_there_is_memory) {
  EXPECT_FALSE(allowed_cores().empty());
  EXPECT_GT(available_memory_bytes(), 1e6);
}

}  // namespace
}  // namespace shoal
