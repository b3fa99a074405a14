#include "shoal/core/timer.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace shoal {
namespace {

void pass(double seconds) {
  const Stopwatch watch;
  while (watch.seconds() < seconds) {
  }
}

TEST(Timings, of_phases_within_phases_count_each_second_and_byte_once) {
  Traffic traffic;
  Timings timings(traffic);
  const Stopwatch all;
  timings.measure("outer", [&] {
    traffic.bytes += 1;
    for (int turn = 0; turn < 2; ++turn)
      timings.measure("middle", [&] {
        traffic.bytes += 10;
        timings.measure("inner", [&] {
          traffic.bytes += 100;
          pass(0.002);
        });
      });
    traffic.bytes += 1;
  });
  const double passed = all.seconds();
  timings.measure("outer", [&] { traffic.bytes += 1000; });

  const auto& phases = timings.phases();
  ASSERT_EQ(phases.size(), 3u);
  EXPECT_EQ(phases[0].name, "inner");
  EXPECT_EQ(phases[0].traffic.bytes, 200);
  EXPECT_GE(phases[0].seconds, 0.004);
  EXPECT_EQ(phases[1].name, "middle");
  EXPECT_EQ(phases[1].traffic.bytes, 20);
  EXPECT_EQ(phases[2].name, "outer");
  EXPECT_EQ(phases[2].traffic.bytes, 1002);
  EXPECT_LE(phases[0].seconds + phases[1].seconds, passed);
  EXPECT_LT(phases[2].seconds, all.seconds() - phases[0].seconds);
}

TEST(Timings, of_a_phase_that_throws_are_booked) {
  Timings timings;
  EXPECT_THROW(timings.measure("fails", [] { throw std::runtime_error("no"); }), std::runtime_error);
  ASSERT_EQ(timings.phases().size(), 1u);
  EXPECT_EQ(timings.measure("gives", [] { return 7; }), 7);
}

}  // namespace
}  // namespace shoal
