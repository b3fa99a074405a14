#include "shoal/math/lbfgs.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace shoal {
namespace {

double rosenbrock(const VectorD& x, VectorD& gradient) {
  const double a = 1 - x[0], b = x[1] - x[0] * x[0];
  gradient[0] = -2 * a - 400 * x[0] * b;
  gradient[1] = 200 * b;
  return a * a + 100 * b * b;
}

TEST(Lbfgs, finds_the_bottom_of_rosenbrocks_valley) {
  const LbfgsResult result = minimize_lbfgs(rosenbrock, VectorD{{-1.2, 1.0}}, {200, 1e-9, 10});
  EXPECT_TRUE(result.converged);
  EXPECT_NEAR(result.x[0], 1, 1e-8);
  EXPECT_NEAR(result.x[1], 1, 1e-8);
  EXPECT_LT(result.n_iter, 80);
}

TEST(Lbfgs, minimises_a_quadratic_of_very_different_curvatures) {
  const auto objective = [](const VectorD& x, VectorD& gradient) {
    double value = 0;
    for (Index i = 0; i < x.size(); ++i) {
      const double weight = std::pow(10.0, static_cast<double>(i) / 2);
      gradient[i] = weight * (x[i] - 1);
      value += weight * (x[i] - 1) * (x[i] - 1) / 2;
    }
    return value;
  };
  const LbfgsResult result = minimize_lbfgs(objective, VectorD::Zero(12), {3000, 1e-8, 10});
  EXPECT_TRUE(result.converged);
  EXPECT_LT((result.x - VectorD::Ones(12)).cwiseAbs().maxCoeff(), 1e-7);
}

TEST(Lbfgs, says_when_its_iterations_are_used_up) {
  const LbfgsResult result = minimize_lbfgs(rosenbrock, VectorD{{-1.2, 1.0}}, {3, 1e-9, 10});
  EXPECT_FALSE(result.converged);
  EXPECT_EQ(result.n_iter, 3);
}

TEST(Lbfgs, steps_back_from_values_that_are_not_finite) {
  const auto objective = [](const VectorD& x, VectorD& gradient) {
    gradient[0] = 1 - 1 / x[0];
    return x[0] - std::log(x[0]);
  };
  const LbfgsResult result = minimize_lbfgs(objective, VectorD{{0.01}}, {100, 1e-10, 10});
  EXPECT_TRUE(result.converged);
  EXPECT_NEAR(result.x[0], 1, 1e-9);
}

TEST(Lbfgs, stays_at_a_minimum) {
  const LbfgsResult result = minimize_lbfgs(rosenbrock, VectorD{{1.0, 1.0}}, {});
  EXPECT_EQ(result.n_iter, 0);
  EXPECT_TRUE(result.converged);
}

}  // namespace
}  // namespace shoal
