// Update rules and clipping against PyTorch (tests/reference/make_training_reference.py): ten steps of 21 parameters.
#include "shoal/nn/optimizer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "reference/torch_formula.hpp"
#include "reference/training_reference.hpp"

namespace shoal {
namespace {

constexpr Index count = 21;

struct Steps {
  std::vector<float> parameters;
  std::vector<double> norms;
};

/// Ten steps whose gradients depend on where the parameters are.
Steps ten_steps(const OptimizerOptions& options) {
  Steps steps;
  for (Index i = 0; i < count; ++i) steps.parameters.push_back(2 * reference::hashed(3, i) - 1);
  Optimizer optimizer(options, count);
  for (std::uint32_t step = 0; step < 10; ++step) {
    std::vector<float> gradient;
    for (Index i = 0; i < count; ++i)
      gradient.push_back(2 * reference::hashed(10 + step, i) - 1 + steps.parameters[static_cast<std::size_t>(i)]);
    if (options.clip_norm > 0) steps.norms.push_back(clip_gradient(gradient, options.clip_norm));
    optimizer.update(steps.parameters, gradient, options.learning_rate);
  }
  return steps;
}

void expect_pytorch(const std::string& name, OptimizerOptions options) {
  options.learning_rate = 1e-2;
  for (const auto& truth : reference::optimizer_cases)
    if (truth.name == name) {
      const Steps steps = ten_steps(options);
      for (std::size_t i = 0; i < truth.parameters.size(); ++i)
        EXPECT_NEAR(double{steps.parameters[i]}, truth.parameters[i], 1e-6) << name << ", parameter " << i;
      ASSERT_EQ(steps.norms.size(), truth.norms.size());
      for (std::size_t i = 0; i < truth.norms.size(); ++i)
        EXPECT_NEAR(steps.norms[i], truth.norms[i], 1e-6 * truth.norms[i]) << name << ", step " << i;
      return;
    }
  FAIL() << "the reference has no case " << name;
}

TEST(Optimizer, adam_goes_where_pytorch_goes) {
  expect_pytorch("adam", {});
  expect_pytorch("adam, decay", {.weight_decay = 0.1});
  expect_pytorch("adam, constants", {.beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-2});
}

TEST(Optimizer, adamw_decays_apart_from_the_gradient) {
  expect_pytorch("adamw", {.method = UpdateRule::adamw, .weight_decay = 0.1});
}

TEST(Optimizer, sgd_goes_where_pytorch_goes) {
  expect_pytorch("sgd", {.method = UpdateRule::sgd});
  expect_pytorch("sgd, plain", {.method = UpdateRule::sgd, .momentum = 0});
  expect_pytorch("sgd, decay", {.method = UpdateRule::sgd, .weight_decay = 0.1});
  expect_pytorch("sgd, nesterov", {.method = UpdateRule::sgd, .weight_decay = 0.1, .nesterov = true});
}

TEST(Optimizer, clips_gradients_as_pytorch_does) {
  expect_pytorch("adam, clipped", {.epsilon = 1e-2, .clip_norm = 1});
  expect_pytorch("sgd, clipped", {.method = UpdateRule::sgd, .clip_norm = 3.8});
}

TEST(ClipGradient, leaves_a_short_gradient_alone) {
  std::vector<float> gradient(100, 0.1f);
  const auto before = gradient;
  EXPECT_NEAR(clip_gradient(gradient, 1.1), 1, 1e-7);
  EXPECT_EQ(gradient, before);
  std::vector<float> zero(3, 0.0f);
  EXPECT_EQ(clip_gradient(zero, 1), 0);
}

TEST(ClipGradient, makes_a_long_one_as_long_as_said) {
  std::vector<float> gradient(100, 3e15f);
  EXPECT_NEAR(clip_gradient(gradient, 2), 3e16, 1e10);
  EXPECT_NEAR(clip_gradient(gradient, 2), 2, 1e-6);
}

}  // namespace
}  // namespace shoal
