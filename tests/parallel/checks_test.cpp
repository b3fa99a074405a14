// Ranks that do not make the same collective calls: told, in place of a wait without end.
#include <gtest/gtest.h>

#include "shoal/core/error.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

template <class Body>
std::string complaint_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_TRUE(error.on_all_ranks());
    return error.what();
  }
  return "";
}

const Communicator checked() {
  return Communicator(MPI_COMM_WORLD, Checks::on);
}

TEST(Checks, another_call_is_told) {
  const Communicator comm = checked();
  const std::string text = complaint_of([&] {
    if (comm.is_root())
      comm.barrier();
    else
      comm.sum(std::int64_t{1});
  });
  EXPECT_EQ(text.find("the ranks do not make the same call: rank 0 barrier(0), rank 1 sum of integers(1)") == 0,
            comm.size() > 1)
      << text;
}

TEST(Checks, another_count_is_told) {
  const Communicator comm = checked();
  std::vector<double> values(comm.is_root() ? 3 : 4);
  EXPECT_EQ(complaint_of([&] { comm.max(values); }).empty(), comm.size() == 1);
}

TEST(Checks, another_sender_is_told) {
  const Communicator comm = checked();
  std::vector<float> values(3);
  EXPECT_EQ(complaint_of([&] { comm.broadcast(values, comm.is_root() ? 0 : comm.size() - 1); }).empty(),
            comm.size() == 1);
}

TEST(Checks, the_same_calls_go_through) {
  const Communicator comm = checked();
  comm.barrier();
  EXPECT_EQ(comm.sum(std::int64_t{1}), comm.size());
  EXPECT_EQ(comm.broadcast(std::string(comm.is_root() ? "text" : "")), "text");
  const std::vector<double> mine(static_cast<std::size_t>(comm.rank()), 1.0);
  EXPECT_EQ(std::ssize(comm.concatenate(mine)), comm.size() * (comm.size() - 1) / 2);
}

}  // namespace
}  // namespace shoal
