#include "shoal/job/cores.hpp"

#include <gtest/gtest.h>

#include "test_world.hpp"

namespace shoal {
namespace {

TEST(Cores, a_process_may_run_somewhere_and_there_is_memory) {
  EXPECT_FALSE(allowed_cores().empty());
  EXPECT_GT(available_memory_bytes(), 1e6);
}

TEST(Cores, ranks_on_one_machine_share_its_cores) {
  const auto comm = test_world();
  const Index cores = cores_of_ranks(comm);
  EXPECT_EQ(cores, cores_of_machine(comm, find_machines(comm)));
  EXPECT_GE(cores, std::ssize(allowed_cores()));
}

}  // namespace
}  // namespace shoal
