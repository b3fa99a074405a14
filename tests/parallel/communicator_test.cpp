#include "shoal/parallel/communicator.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "shoal/parallel/agreement.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

TEST(Communicator, reduces_over_all_ranks) {
  const auto comm = test_world();
  const std::int64_t p = comm.size();
  EXPECT_EQ(comm.sum(std::int64_t{comm.rank() + 1}), p * (p + 1) / 2);
  EXPECT_EQ(comm.max(static_cast<double>(comm.rank())), static_cast<double>(p - 1));
  EXPECT_EQ(comm.min(static_cast<double>(comm.rank())), 0.0);
  EXPECT_TRUE(comm.any(comm.rank() == comm.size() - 1));
  EXPECT_FALSE(comm.any(false));
}

TEST(Communicator, broadcasts_text_of_any_length) {
  const auto comm = test_world();
  const int last = comm.size() - 1;
  EXPECT_EQ(comm.broadcast(comm.rank() == last ? std::string(1000, 'x') : std::string("?"), last),
            std::string(1000, 'x'));
  EXPECT_EQ(comm.broadcast(std::string(comm.is_root() ? "" : "?")), "");
}

TEST(Communicator, concatenates_parts_of_unequal_length_in_rank_order) {
  const auto comm = test_world();
  std::vector<std::int64_t> mine(static_cast<std::size_t>(comm.rank()));  // the root gives nothing
  std::iota(mine.begin(), mine.end(), comm.rank() * 10);
  std::vector<std::int64_t> expected;
  for (int r = 0; r < comm.size(); ++r)
    for (int i = 0; i < r; ++i) expected.push_back(r * 10 + i);
  EXPECT_EQ(comm.concatenate(std::span<const std::int64_t>(mine)), expected);
}

TEST(Agreement, returns_the_result_when_nobody_fails) {
  EXPECT_EQ(agree(test_world(), [] { return 42; }), 42);
}

TEST(Agreement, one_rank_s_error_is_thrown_on_all_ranks) {
  const auto comm = test_world();
  const int culprit = comm.size() - 1;
  try {
    agree(comm, [&] {
      if (comm.rank() == culprit) throw input_error("row 7 is broken", "mend it");
    });
    FAIL() << "no rank threw";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "row 7 is broken");
    EXPECT_EQ(error.hint(), "mend it");
    EXPECT_EQ(error.code(), ExitCode::input);
    EXPECT_TRUE(error.on_all_ranks());
  }
}

TEST(Agreement, sums_what_all_ranks_return_or_throws_one_rank_s_error) {
  const auto comm = test_world();
  std::vector<std::int64_t> mine{comm.rank(), 1};
  const std::int64_t p = comm.size();
  EXPECT_EQ(sum_agreed(comm, 2, [&] { return mine; }), (std::vector<std::int64_t>{p * (p - 1) / 2, p}));
  try {
    sum_agreed(comm, 2, [&] {
      if (comm.rank() == comm.size() - 1) throw input_error("row 7 is broken", "mend it");
      return mine;
    });
    FAIL() << "no rank threw";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "row 7 is broken");
    EXPECT_TRUE(error.on_all_ranks());
  }
}

TEST(Agreement, a_foreign_exception_names_its_rank) {
  const auto comm = test_world();
  try {
    agree(comm, [&] {
      if (comm.rank() == comm.size() - 1) throw std::bad_alloc();
    });
    FAIL() << "no rank threw";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("rank " + std::to_string(comm.size() - 1)), std::string::npos)
        << error.what();
  }
}

TEST(Communicator, counts_what_its_copies_exchange) {
  const auto comm = test_world();
  const Communicator copy = comm;  // NOLINT(performance-unnecessary-copy-initialization): what is tested
  std::vector<double> values(1000, 1.0);
  copy.max(values);
  copy.broadcast(values);
  const bool alone = comm.size() == 1;
  EXPECT_EQ(comm.traffic().calls, alone ? 0 : 2);
  EXPECT_EQ(comm.traffic().bytes, alone ? 0 : 16000);
  EXPECT_EQ(comm.traffic().seconds > 0, !alone);
}

}  // namespace
}  // namespace shoal
