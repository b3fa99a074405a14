#include "shoal/job/table.hpp"

#include <gtest/gtest.h>

#include "shoal/core/error.hpp"
#include "shoal/job/timing_table.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

TEST(Table, stands_numbers_flush_right_and_words_flush_left) {
  Table table({"phase", "s", "note"});
  table.add_row({"read", "1.50", "a"});
  table.add_row({"réduce", "12.25"});
  EXPECT_EQ(table.text(),
            "  phase       s  note\n"
            "  ------  -----  ----\n"
            "  read     1.50  a\n"
            "  réduce  12.25\n");
}

TEST(Table, may_be_empty) {
  EXPECT_EQ(Table({"a", "b"}).text(), "  a  b\n  -  -\n");
}

TEST(TimingTable, shows_each_phase_over_ranks) {
  EXPECT_EQ(timing_table({{"read", 0.5, 1, 1.5, 1}, {"train", 2, 3, 4, 12}}),
            "  phase  min s  mean s  max s  slowest rank  share\n"
            "  -----  -----  ------  -----  ------------  -----\n"
            "  read    0.50    1.00   1.50             1  25.0%\n"
            "  train   2.00    3.00   4.00            12  75.0%\n");
}

TEST(TimingTable, of_several_ranks_shows_the_share_of_communication) {
  PhaseTiming phase{"train", 2, 3, 4, 1};
  phase.communication_seconds_of_rank = {0.5, 1};
  EXPECT_EQ(timing_table({phase}),
            "  phase  min s  mean s  max s  slowest rank   share  in communication\n"
            "  -----  -----  ------  -----  ------------  ------  ----------------\n"
            "  train   2.00    3.00   4.00             1  100.0%             25.0%\n");
}

TEST(TimingTable, books_what_a_phase_exchanged) {
  const auto comm = test_world();
  Timings timings(comm.traffic());
  timings.measure("alone", [] {});
  timings.measure("together", [&] {
    std::vector<std::int64_t> values(10, 1);
    comm.sum(values);
  });
  const auto phases = timing_over_ranks(comm, timings);
  const bool several = comm.size() > 1;
  EXPECT_EQ(phases[0].collective_calls, 0);
  EXPECT_EQ(phases[1].collective_calls, several ? 1 : 0);
  for (const double bytes : phases[1].communicated_bytes_of_rank) EXPECT_EQ(bytes, several ? 80 : 0);
  for (std::size_t r = 0; r < phases[1].seconds_of_rank.size(); ++r)
    EXPECT_LE(phases[1].communication_seconds_of_rank[r], phases[1].seconds_of_rank[r]);
}

TEST(TimingTable, finds_the_slowest_rank) {
  const auto comm = test_world();
  Timings timings;
  timings.add("read", 1);
  timings.add("train", 1.0 + comm.rank());
  const auto phases = timing_over_ranks(comm, timings);
  ASSERT_EQ(phases.size(), 2u);
  EXPECT_EQ(phases[0].slowest_rank, 0);
  EXPECT_EQ(phases[1].slowest_rank, comm.size() - 1);
  EXPECT_EQ(phases[1].min_seconds, 1.0);
  EXPECT_EQ(phases[1].max_seconds, comm.size());
  EXPECT_DOUBLE_EQ(phases[1].mean_seconds, (comm.size() + 1) / 2.0);
}

TEST(TimingTable, refuses_ranks_with_different_phases) {
  const auto comm = test_world();
  Timings timings;
  timings.add(comm.is_root() ? "read" : "write", 1);
  if (comm.size() == 1)
    EXPECT_NO_THROW(timing_over_ranks(comm, timings));
  else
    EXPECT_THROW(timing_over_ranks(comm, timings), Error);
}

}  // namespace
}  // namespace shoal
