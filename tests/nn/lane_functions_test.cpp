#include "shoal/nn/lane_functions.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

namespace shoal {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr double smallest_normal = std::numeric_limits<float>::min();

/// The distance in units in the last place of a float of that size.
double units_off(float value, double truth) {
  const double size = std::max(std::abs(truth), smallest_normal);
  return std::abs(double{value} - truth) / std::ldexp(1.0, std::ilogb(size) - 23);
}

/// The largest error over floats of all sizes between `low` and `high`, every 1009th, of both signs.
template <class Function, class Truth>
double worst(float high, Function function, Truth truth) {
  double most = 0;
  Lanes x{};
  Index filled = 0;
  for (std::uint32_t bits = 0; bits <= std::bit_cast<std::uint32_t>(high); bits += 1009)
    for (const float sign : {1.0f, -1.0f}) {
      x[filled++] = sign * std::bit_cast<float>(bits);
      if (filled < lane_count) continue;
      filled = 0;
      const Lanes y = function(x);
      for (Index l = 0; l < lane_count; ++l) most = std::max(most, units_off(y[l], truth(double{x[l]})));
    }
  return most;
}

TEST(LaneFunctions, the_exponential_is_right_to_two_units_in_the_last_place) {
  EXPECT_LE(worst(87.0f, exponential, [](double x) { return std::exp(x); }), 2);
}

TEST(LaneFunctions, the_logistic_function_is_right_to_four_units_over_all_floats) {
  // Below e^-87 it is no longer a normal number: there an absolute error of one is left.
  const double tail = smallest_normal;
  EXPECT_LE(worst(87.0f, logistic, [](double x) { return 1 / (1 + std::exp(-x)); }), 4);
  EXPECT_LE(worst(infinity, logistic, [](double x) { return x < -87 ? std::exp(-87.0) : 1 / (1 + std::exp(-x)); }), 4);
  EXPECT_NEAR(logistic(broadcast(-1e30f))[0], 0, 2 * tail);
}

TEST(LaneFunctions, the_hyperbolic_tangent_is_right_to_four_units_over_all_floats) {
  EXPECT_LE(worst(infinity, hyperbolic_tangent, [](double x) { return std::tanh(x); }), 4);
}

TEST(LaneFunctions, saturate_exactly_and_pass_nan_on) {
  EXPECT_EQ(logistic(broadcast(infinity))[0], 1.0f);
  EXPECT_EQ(logistic(broadcast(20.0f))[3], 1.0f);
  EXPECT_EQ(logistic(broadcast(0.0f))[7], 0.5f);
  EXPECT_EQ(hyperbolic_tangent(broadcast(infinity))[0], 1.0f);
  EXPECT_EQ(hyperbolic_tangent(broadcast(-infinity))[0], -1.0f);
  EXPECT_EQ(hyperbolic_tangent(broadcast(10.0f))[15], 1.0f);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isnan(logistic(broadcast(nan))[0]));
  EXPECT_TRUE(std::isnan(hyperbolic_tangent(broadcast(nan))[0]));
}

}  // namespace
}  // namespace shoal
