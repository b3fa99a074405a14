// Ranks that do not make the same collective calls: told, in place of a wait without end.
#include <gtest/gtest.h>

#include <functional>

#include "shoal/core/error.hpp"
#include "shoal/parallel/adaptive_sum.hpp"
#include "shoal/parallel/exchange.hpp"
#include "shoal/parallel/links.hpp"
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

Communicator checked() {
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

// What is called by the handle. Each is told when rank 0 is in another call.
struct Named {
  std::string name;
  std::function<void(const Communicator&, Index)> call;  // with some length
};

std::vector<Named> calls_by_handle(const Communicator& comm) {
  const auto ranks = static_cast<std::size_t>(comm.size());
  const auto begins = [ranks](Index length) {  // rank 0 has all of it
    std::vector<Index> at(ranks + 1, length);
    at[0] = 0;
    return at;
  };
  return {{"exchange(0)",
           [=](const Communicator& c, Index) { exchange<float>(c, {}, std::vector<std::int64_t>(ranks, 0)); }},
          {"exchange of known lengths(0)",
           [=](const Communicator& c, Index) {
             exchange_known(c, {}, std::vector<Index>(ranks, 0), std::vector<Index>(ranks, 0));
           }},
          {"share_parts(3)",
           [=](const Communicator& c, Index n) {
             std::vector<float> values(static_cast<std::size_t>(n));
             share_parts(c, values, begins(n));
           }},
          {"sum_parts(3)",
           [=](const Communicator& c, Index n) {
             sum_parts(c, std::vector<std::int64_t>(static_cast<std::size_t>(n)), begins(n));
           }},
          {"start of sums(3)",
           [](const Communicator& c, Index n) {
             AdaptiveSum sum({0, n}, 8, 10);
             sum.clear();
             sum.start(c, 0);
             sum.reduce(c);
           }},
          {"find_machines(0)", [](const Communicator& c, Index) { find_machines(c); }}};
}

TEST(Checks, calls_by_the_handle_are_told_too) {
  const Communicator comm = checked();
  for (const auto& by_handle : calls_by_handle(comm)) {
    const std::string text = complaint_of([&] {
      if (comm.is_root())
        comm.barrier();
      else
        by_handle.call(comm, 3);
    });
    EXPECT_EQ(text.find("rank 0 barrier(0), rank 1 " + by_handle.name) != std::string::npos, comm.size() > 1)
        << by_handle.name << text;
  }
}

TEST(Checks, other_lengths_of_calls_by_the_handle_are_told) {
  const Communicator comm = checked();
  for (const auto& [name, call] : calls_by_handle(comm)) {
    const std::string text = complaint_of([&, &wanted = call] { wanted(comm, comm.is_root() ? 4 : 3); });
    const bool has_length = name.find("(3)") != std::string::npos;
    EXPECT_EQ(text.empty(), comm.size() == 1 || !has_length) << name << text;
  }
}

TEST(Checks, without_them_nothing_is_compared) {
  const Communicator comm(MPI_COMM_WORLD, Checks::off);
  comm.check_same(comm.is_root() ? "this" : "that", static_cast<std::size_t>(comm.rank()));
}

TEST(Checks, the_same_calls_go_through) {
  const Communicator comm = checked();
  for (const auto& [name, call] : calls_by_handle(comm)) call(comm, 3);
  comm.barrier();
  EXPECT_EQ(comm.sum(std::int64_t{1}), comm.size());
  EXPECT_EQ(comm.broadcast(std::string(comm.is_root() ? "text" : "")), "text");
  const std::vector<double> mine(static_cast<std::size_t>(comm.rank()), 1.0);
  EXPECT_EQ(std::ssize(comm.concatenate(mine)), comm.size() * (comm.size() - 1) / 2);
}

}  // namespace
}  // namespace shoal
