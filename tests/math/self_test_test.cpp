#include "shoal/math/self_test.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(SelfTest, arithmetic_here_keeps_to_ieee_754) {
  EXPECT_EQ(test_arithmetic().ieee, known_ieee_bits());
}

TEST(SelfTest, blas_multiplies_as_plain_loops_do_and_repeats_itself) {
  const ArithmeticBits first = test_arithmetic(), second = test_arithmetic();
  EXPECT_LT(first.blas_error, 1e-13);
  EXPECT_EQ(first.blas, second.blas);
}

}  // namespace
}  // namespace shoal
