#include "shoal/parallel/exchange.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "test_world.hpp"

namespace shoal {
namespace {

TEST(Exchange, each_rank_gets_what_all_have_for_it_in_rank_order) {
  const auto comm = test_world();
  // Rank s has for rank r the numbers 100 s + r, s + 2 r times (rank 0 has none for itself).
  std::vector<double> sent, wanted;
  std::vector<std::int64_t> counts;
  for (int r = 0; r < comm.size(); ++r) {
    counts.push_back(comm.rank() + 2 * r);
    sent.insert(sent.end(), static_cast<std::size_t>(counts.back()), 100 * comm.rank() + r);
    wanted.insert(wanted.end(), static_cast<std::size_t>(r + 2 * comm.rank()), 100 * r + comm.rank());
  }
  EXPECT_EQ(exchange<double>(comm, sent, counts), wanted);
}

TEST(Exchange, nothing_for_anybody_is_nothing) {
  const auto comm = test_world();
  const std::vector<std::int64_t> counts(static_cast<std::size_t>(comm.size()), 0);
  EXPECT_TRUE(exchange<int>(comm, {}, counts).empty());
}

std::vector<Index> borders(const Communicator& comm) {
  std::vector<Index> begins{0};  // rank r has r things
  for (int r = 0; r < comm.size(); ++r) begins.push_back(begins.back() + r);
  return begins;
}

TEST(Exchange, parts_that_are_shared_are_with_all) {
  const auto comm = test_world();
  const auto begins = borders(comm);
  std::vector<float> values(static_cast<std::size_t>(begins.back()), -1), wanted(values.size());
  std::iota(wanted.begin(), wanted.end(), 0.0f);
  for (Index i = begins[static_cast<std::size_t>(comm.rank())]; i < begins[static_cast<std::size_t>(comm.rank()) + 1];
       ++i)
    values[static_cast<std::size_t>(i)] = static_cast<float>(i);
  share_parts(comm, values, begins);
  EXPECT_EQ(values, wanted);
}

TEST(Exchange, each_rank_gets_its_part_of_the_sums) {
  const auto comm = test_world();
  const auto begins = borders(comm);
  std::vector<std::int64_t> terms(static_cast<std::size_t>(begins.back()));
  std::iota(terms.begin(), terms.end(), 0);
  const auto mine = sum_parts(comm, terms, begins);
  ASSERT_EQ(static_cast<int>(mine.size()), comm.rank());
  for (std::size_t i = 0; i < mine.size(); ++i)
    EXPECT_EQ(mine[i], comm.size() * (begins[static_cast<std::size_t>(comm.rank())] + static_cast<Index>(i)));
}

}  // namespace
}  // namespace shoal
