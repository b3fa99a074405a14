#include "shoal/parallel/exact_sum.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "shoal/core/random.hpp"
#include "shoal/parallel/shard.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

// Terms of wildly different size, both signs: any float sum of them depends on the order.
std::vector<double> term(Index i, Index size) {
  Random random(5, Stream::test, static_cast<std::uint64_t>(i));
  std::vector<double> values(static_cast<std::size_t>(size));
  for (auto& v : values) v = std::ldexp(random.normal(), static_cast<int>(random.below(40)) - 30);
  return values;
}

TEST(ExactSum, has_the_same_bits_for_any_number_of_ranks_and_any_order) {
  const auto comm = test_world();
  const Index terms = 101, size = 1300;
  ExactSum here(size, 20), alone(size, 20);
  const Shard mine = Shard::of(terms, comm.rank(), comm.size());
  for (Index i = mine.begin; i < mine.end; ++i) here.add(std::span<const double>(term(i, size)));
  here.reduce(comm);
  for (Index i = terms; i-- > 0;) alone.add(std::span<const double>(term(i, size)));  // backwards, on every rank
  for (Index i = 0; i < size; ++i)
    ASSERT_EQ(std::bit_cast<std::uint64_t>(here[i]), std::bit_cast<std::uint64_t>(alone[i])) << i;
}

TEST(ExactSum, is_correctly_rounded_where_a_float_sum_cancels) {
  ExactSum sum(1, 60, 4);
  for (const double x : {1e16, 1.0, -1e16, 0x1p-70, 3.5, -0.25}) sum.add(std::span<const double>(&x, 1));
  EXPECT_EQ(sum[0], 4.25);  // 0x1p-70 is far below half an ulp of 4.25
  for (const double x : {-4.25}) sum.add(std::span<const double>(&x, 1));
  EXPECT_EQ(sum[0], 0x1p-70);
}

TEST(ExactSum, agrees_with_long_double) {
  const Index terms = 500, size = 37;
  ExactSum sum(size, 20);
  std::vector<long double> expected(static_cast<std::size_t>(size));
  for (Index i = 0; i < terms; ++i) {
    const auto t = term(i, size);
    sum.add(std::span<const double>(t));
    for (std::size_t j = 0; j < t.size(); ++j) expected[j] += t[j];
  }
  for (Index j = 0; j < size; ++j)
    EXPECT_NEAR(sum[j], static_cast<double>(expected[static_cast<std::size_t>(j)]), 1e-13) << j;
}

TEST(ExactSum, floats_are_exact_too_and_offsets_add_to_parts) {
  ExactSum sum(3, 10);
  const std::vector<float> part{0.1f, -0.3f};
  sum.add(std::span<const float>(part), 1);
  sum.add(std::span<const float>(part), 1);
  EXPECT_EQ(sum[0], 0.0);
  EXPECT_EQ(sum[1], 2 * static_cast<double>(0.1f));
  EXPECT_EQ(sum[2], -2 * static_cast<double>(0.3f));
  sum.clear();
  EXPECT_EQ(sum[1], 0.0);
}

TEST(ExactSum, an_unusable_term_on_one_rank_makes_all_sums_nan_on_all) {
  const auto comm = test_world();
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(), 1e10}) {
    ExactSum sum(2, 20);
    const std::vector<double> good{1.0, 2.0}, poisoned{1.0, bad};
    sum.add(std::span<const double>(comm.rank() == comm.size() - 1 ? poisoned : good));
    sum.reduce(comm);
    EXPECT_TRUE(std::isnan(sum[0]));
    EXPECT_TRUE(std::isnan(sum[1]));
  }
}

TEST(ExactSum, carries_keep_millions_of_terms_exact) {
  const auto comm = test_world();
  ExactSum sum(1, 10, 3);
  const double term_value = 1.0 - 0x1p-50;  // fills every bit of the finer levels
  const Index terms = 3'000'000;
  for (Index i = 0; i < terms; ++i) sum.add(std::span<const double>(&term_value, 1));
  sum.reduce(comm);
  EXPECT_EQ(sum[0], static_cast<double>(static_cast<long double>(term_value) * terms * comm.size()));
}

TEST(ExactSum, of_one_number_each) {
  const auto comm = test_world();
  EXPECT_EQ(exact_sum(comm, 0.5 * (comm.rank() + 1)), 0.25 * comm.size() * (comm.size() + 1));
  EXPECT_EQ(bound_exponent_of(1.0), 1);
  EXPECT_EQ(bound_exponent_of(0.75), 0);
  EXPECT_EQ(bound_exponent_of(-8.5), 4);
}

}  // namespace
}  // namespace shoal
