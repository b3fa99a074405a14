// Losses against PyTorch (tests/reference/make_training_reference.py), and what a lane group must do beside that.
#include "shoal/nn/loss.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "reference/torch_formula.hpp"
#include "reference/training_reference.hpp"
#include "shoal/core/lane_log.hpp"

namespace shoal {
namespace {

constexpr Index elements = 35, samples = 3;

struct Group {
  AlignedVector<Lanes> y, t, dy;
};

/// The three samples of the reference in the first lanes.
Group reference_group() {
  Group group{AlignedVector<Lanes>(elements), AlignedVector<Lanes>(elements), AlignedVector<Lanes>(elements)};
  for (Index l = 0; l < samples; ++l)
    for (Index i = 0; i < elements; ++i) {
      group.y[i][l] = reference::hashed(1, l * elements + i);
      group.t[i][l] = reference::hashed(2, l * elements + i);
    }
  const std::array<float, 7> y{0, 0, 1, 1, 0.5, 0, 1}, t{0, 1, 0, 1, 0.5, 0.5, 0.5};
  for (std::size_t i = 0; i < y.size(); ++i) {
    group.y[i][0] = y[i];
    group.t[i][0] = t[i];
  }
  return group;
}

LossOptions options_of(std::size_t kind) {
  return {.kind = static_cast<LossKind>(kind), .delta = 0.25};
}

TEST(Loss, each_has_pytorch_s_values_and_gradients) {
  ASSERT_EQ(reference::loss_cases.size(), loss_names.size());
  for (std::size_t kind = 0; kind < loss_names.size(); ++kind) {
    const auto& truth = reference::loss_cases[kind];
    ASSERT_STREQ(truth.name, loss_names[kind]);
    Group group = reference_group();
    const auto values = losses(options_of(kind), group.y.data(), group.t.data(), elements);
    const auto in_one_pass =
        losses_and_gradient(options_of(kind), group.y.data(), group.t.data(), elements, samples, 1, group.dy.data());
    for (std::size_t l = 0; l < samples; ++l) {
      EXPECT_NEAR(values[l], truth.losses[l], 1e-6 * truth.losses[l]) << truth.name;
      EXPECT_NEAR(in_one_pass[l], truth.losses[l], 1e-6 * truth.losses[l]) << truth.name;
      for (std::size_t i = 0; i < elements; ++i) {
        const double slope = truth.gradient[l * elements + i];
        EXPECT_NEAR(double{group.dy[i][l]}, slope, 1e-6 * std::abs(slope) + 1e-12)
            << truth.name << ", " << l << ", " << i;
      }
    }
  }
}

TEST(Loss, leaves_unused_lanes_without_gradient) {
  for (std::size_t kind = 0; kind < loss_names.size(); ++kind) {
    Group group = reference_group();
    losses_and_gradient(options_of(kind), group.y.data(), group.t.data(), elements, 1, 1, group.dy.data());
    for (const Lanes& dy : group.dy)
      for (int l = 1; l < lane_count; ++l) EXPECT_EQ(dy[l], 0.0f) << loss_names[kind];
  }
}

TEST(Loss, a_nan_comes_out_as_a_nan) {
  for (std::size_t kind = 0; kind < loss_names.size(); ++kind) {
    Group group = reference_group();
    group.y[9][1] = std::numeric_limits<float>::quiet_NaN();
    const auto values =
        losses_and_gradient(options_of(kind), group.y.data(), group.t.data(), elements, samples, 1, group.dy.data());
    EXPECT_TRUE(std::isfinite(values[0])) << loss_names[kind];
    EXPECT_TRUE(std::isnan(values[1])) << loss_names[kind];
    EXPECT_TRUE(std::isnan(group.dy[9][1])) << loss_names[kind];
  }
}

TEST(LogOfLanes, is_exact_to_two_units_in_the_last_place) {
  double worst = 0;
  for (int exponent = -148; exponent <= 3; ++exponent)
    for (Index i = 0; i < 64; ++i) {
      const float x = std::ldexp(1 + reference::hashed(5, i + 64 * (exponent + 148)), exponent);
      const float exact = std::log(x);
      const float unit = std::nextafter(std::abs(exact), 1e9f) - std::abs(exact);
      worst = std::max(worst, std::abs(double{log_of_lanes(broadcast(x))[3]} - std::log(double{x})) / double{unit});
    }
  EXPECT_LT(worst, 2);
  EXPECT_EQ(log_of_lanes(broadcast(1))[0], 0.0f);
  EXPECT_LT(log_of_lanes(broadcast(0))[0], -100.0f);
}

TEST(Loss, the_gradient_is_that_before_the_rectifier_that_made_the_output) {
  AlignedVector<Lanes> y(100, broadcast(3)), t(100, broadcast(1)), dy(100);
  y[7] = broadcast(-1);  // left of the kink
  losses_and_gradient({}, y.data(), t.data(), 100, 3, 0.25f, dy.data());
  EXPECT_FLOAT_EQ(dy[7][1], 0.25f * 2 * -2.0f / 100);
  EXPECT_FLOAT_EQ(dy[8][1], 2 * 2.0f / 100);
}

}  // namespace
}  // namespace shoal
