#include "shoal/parallel/adaptive_sum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "shoal/core/random.hpp"
#include "shoal/parallel/shard.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

using Outcome = AdaptiveSum::Outcome;

// Terms of different size, both signs: any float sum of them depends on the order.
std::vector<float> term(Index i, Index size, double scale = 1) {
  Random random(5, Stream::test, static_cast<std::uint64_t>(i));
  std::vector<float> values(static_cast<std::size_t>(size));
  for (auto& v : values)
    v = static_cast<float>(scale * std::ldexp(random.normal(), static_cast<int>(random.below(20)) - 20));
  return values;
}

// Adds until the exponents fit, as a trainer does; returns how often.
template <class Add>
int sum_up(AdaptiveSum& sum, const Communicator& comm, Add add) {
  for (int times = 1;; ++times) {
    sum.clear();
    add();
    const auto outcome = sum.reduce(comm);
    EXPECT_NE(outcome, Outcome::not_finite);
    if (outcome != Outcome::too_small) return times;
  }
}

std::vector<float> values(AdaptiveSum& sum) {
  std::vector<float> all(static_cast<std::size_t>(sum.size()));
  sum.take(1, all);
  return all;
}

TEST(AdaptiveSum, has_the_same_bits_for_any_number_of_ranks_and_any_order) {
  const auto comm = test_world();
  const Index terms = 101, size = 333;
  const std::vector<Index> begins{0, 100, 117, size};
  AdaptiveSum here(begins, terms, 100), alone(begins, terms, 100);
  const Shard mine = Shard::of(terms, comm.rank(), comm.size());
  const auto add = [&](AdaptiveSum& sum, Index i) {
    const auto t = term(i, size);
    for (std::size_t s = 0; s + 1 < begins.size(); ++s) sum.section(static_cast<Index>(s)).add(t.data() + begins[s]);
  };
  for (int step = 0; step < 3; ++step) {  // the exponents change from step to step
    sum_up(here, comm, [&] {
      for (Index i = mine.begin; i < mine.end; ++i) add(here, i);
    });
    sum_up(alone, Communicator(MPI_COMM_SELF), [&] {
      for (Index i = terms; i-- > 0;) add(alone, i);
    });
    ASSERT_EQ(values(here), values(alone));
    ASSERT_EQ(here.exponents(), alone.exponents());
  }
}

TEST(AdaptiveSum, started_early_gives_the_same_sums) {
  const auto comm = test_world();
  const std::vector<Index> begins{0, 100, 117, 333};
  AdaptiveSum early(begins, comm.size(), 100), late(begins, comm.size(), 100);
  const auto t = term(comm.rank(), 333);
  const auto add = [&](AdaptiveSum& sum, Index s) {
    sum.section(s).add(t.data() + begins[static_cast<std::size_t>(s)]);
  };
  for (int step = 0; step < 3; ++step) {
    sum_up(early, comm, [&] {
      add(early, 2);
      early.start(comm, 2);
      add(early, 1);
      early.advance();
      add(early, 0);
      if (step == 1) early.start(comm, 0);
    });
    sum_up(late, comm, [&] {
      for (const Index s : {0, 1, 2}) add(late, s);
    });
    EXPECT_EQ(values(early), values(late));
    EXPECT_EQ(early.exponents(), late.exponents());
  }
}

TEST(AdaptiveSum, is_as_good_as_a_sum_in_double_rounded_to_float) {
  const Index terms = 200, size = 50;
  AdaptiveSum sum({0, size}, terms, 100);
  std::vector<double> truth(static_cast<std::size_t>(size)), magnitude(truth.size());
  sum_up(sum, Communicator(MPI_COMM_SELF), [&] {
    std::fill(truth.begin(), truth.end(), 0.0);
    for (Index i = 0; i < terms; ++i) {
      const auto t = term(i, size);
      sum.section(0).add(t.data());
      for (std::size_t j = 0; j < t.size(); ++j) {
        truth[j] += double{t[j]};
        magnitude[j] += std::abs(double{t[j]});
      }
    }
  });
  const auto all = values(sum);
  for (std::size_t j = 0; j < all.size(); ++j)
    EXPECT_NEAR(double{all[j]}, truth[j], 1e-7 * std::abs(truth[j]) + 1e-11 * magnitude[j]) << j;
}

TEST(AdaptiveSum, a_term_above_the_bound_raises_it_on_all_ranks_and_only_for_its_section) {
  const auto comm = test_world();
  AdaptiveSum sum({0, 20, 40}, 4, 100);
  const std::vector<float> small(20, 0.25f), large(20, 3e6f);
  const int times = sum_up(sum, comm, [&] {
    sum.section(0).add(small.data());
    if (comm.rank() == comm.size() - 1) sum.section(1).add(large.data());
  });
  EXPECT_EQ(times, 2);
  EXPECT_LT(sum.exponents()[0], sum.exponents()[1]);
  const auto sums = values(sum);
  EXPECT_EQ(sums[3], 0.25f * static_cast<float>(comm.size()));
  EXPECT_EQ(sums[33], 3e6f);
}

TEST(AdaptiveSum, bounds_follow_the_sums_down_slowly) {
  const Communicator self(MPI_COMM_SELF);
  AdaptiveSum sum({0, 20}, 1, 100);
  const std::vector<float> tiny(20, 0x1p-30f);
  for (int step = 0; step < 40; ++step) {
    EXPECT_EQ(sum.exponents()[0], std::max(-step, -21));
    EXPECT_EQ(sum_up(sum, self, [&] { sum.section(0).add(tiny.data()); }), 1);
    EXPECT_EQ(values(sum), tiny);
  }
}

TEST(AdaptiveSum, tells_all_ranks_of_a_term_that_is_not_finite_or_beyond_all_sense) {
  const auto comm = test_world();
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity(), 0x1p20f}) {
    for (const Index at : {3, 18}) {  // in a full vector of lanes, and behind the last one
      AdaptiveSum sum({0, 19}, 8, 20);
      std::vector<float> terms(19, 1.0f);
      if (comm.rank() == 0) terms[static_cast<std::size_t>(at)] = bad;
      sum.clear();
      sum.section(0).add(terms.data());
      EXPECT_EQ(sum.reduce(comm), Outcome::not_finite);
    }
  }
}

TEST(AdaptiveSum, assigned_sections_are_added_up_as_they_are) {
  const auto comm = test_world();
  AdaptiveSum sum({0, 3, 5}, 100, 100, {AdaptiveSum::Terms::assigned, AdaptiveSum::Terms::added});
  for (int step = 0; step < 2; ++step) {  // nothing is left of the step before
    sum_up(sum, comm, [&] {
      const OrderFreeSums section = sum.section(0);
      if (comm.is_root())
        for (Index i = 0; i < 3; ++i) section.sums()[i] = 0x1p40 + static_cast<double>(i);
      else
        sum.assign_zero(0);
      section.note_largest(0x1p90);  // far above what the other section takes; no reason to start again
      const std::vector<float> terms{1, 2};
      if (comm.is_root()) sum.section(1).add(terms.data());
    });
    EXPECT_EQ(values(sum), (std::vector<float>{0x1p40f, 0x1p40f, 0x1p40f, 1, 2}));
  }
  sum.clear();
  sum.assign_zero(0);
  sum.section(0).note_largest(comm.is_root() ? std::numeric_limits<double>::infinity() : 0);
  EXPECT_EQ(sum.reduce(comm), Outcome::not_finite);
}

}  // namespace
}  // namespace shoal
