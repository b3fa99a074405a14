#include "shoal/parallel/links.hpp"

#include <gtest/gtest.h>

#include "test_world.hpp"

namespace shoal {
namespace {

TEST(Links, ranks_of_one_mpirun_here_are_on_one_machine) {
  const Communicator comm = test_world();
  const Machines machines = find_machines(comm);
  EXPECT_EQ(machines.count, 1);
  EXPECT_EQ(machines.ranks_here, comm.size());
  EXPECT_TRUE(machines.same(0, comm.size() - 1));
}

TEST(Links, a_sum_takes_the_same_time_on_all_ranks) {
  const Communicator comm = test_world();
  const double seconds = allreduce_seconds(comm, 8, 5);
  EXPECT_GE(seconds, 0);
  for (const double other : comm.gather(seconds)) EXPECT_EQ(other, seconds);
}

TEST(Links, texts_come_in_rank_order) {
  const Communicator comm = test_world();
  const auto texts = gather_texts(comm, std::string(static_cast<std::size_t>(comm.rank()), 'x'));
  ASSERT_EQ(std::ssize(texts), comm.size());
  for (std::size_t rank = 0; rank < texts.size(); ++rank) EXPECT_EQ(texts[rank].size(), rank);
}

}  // namespace
}  // namespace shoal
