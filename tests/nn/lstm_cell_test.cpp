// A cell worked by hand: inputs in R^4, w = (0, 0, 0, 1), wi = (100, 100, 0, 0), bi = -10, wf = (-100, -100, 0, 0),
// bf = 110, wo = (0, 0, 100, 0), bo = -10, both squashing functions the identity. x1 or x2 opens the input gate, x1 and
// x2 together close the forget gate, x3 opens the output gate.
#include "shoal/nn/lstm_cell.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace shoal {
namespace {

constexpr std::array<std::array<float, 4>, 8> inputs{
    {{0, 1, 0, 3}, {1, 0, 1, -2}, {1, 1, 1, 4}, {0, 1, 1, 0}, {0, 1, 0, 2}, {0, 0, 1, -4}, {1, 1, 1, 1}, {1, 0, 1, 2}}};

LstmUnit step(const std::array<float, 4>& x, const Lanes& cell_before) {
  const auto identity = [](const Lanes& v) { return v; };
  return lstm_unit(broadcast(100 * x[0] + 100 * x[1] - 10), broadcast(-100 * x[0] - 100 * x[1] + 110), broadcast(x[3]),
                   broadcast(100 * x[2] - 10), cell_before, identity, identity);
}

TEST(LstmCell, carries_its_state_from_step_to_step) {
  // To the digits that were worked out, and three roundings of a float: the sixth is 5.9994552.
  const std::array<double, 8> expected{1.3619e-4, 0.99986, 4, 3.99982, 2.7237e-4, 5.99946, 1, 2.99995};
  const std::array<double, 8> half_digits{5e-9, 5e-6, 5e-6, 5e-6, 5e-9, 5e-6, 5e-6, 5e-6};
  Lanes cell{};
  for (std::size_t t = 0; t < inputs.size(); ++t) {
    const LstmUnit unit = step(inputs[t], cell);
    EXPECT_NEAR(unit.hidden[0], expected[t], half_digits[t] + 2e-7 * expected[t]) << "step " << t + 1;
    EXPECT_EQ(unit.hidden[0], unit.hidden[lane_count - 1]);
    cell = unit.cell;
  }
}

TEST(LstmCell, starts_anew_from_an_empty_state) {
  const std::array<double, 8> expected{1.36193606e-4, -2, 4, 0, 9.07957374e-5, -1.81591475e-4, 1, 2};
  for (std::size_t t = 0; t < inputs.size(); ++t)
    EXPECT_NEAR(step(inputs[t], Lanes{}).hidden[0], expected[t], 3e-7 * std::abs(expected[t])) << "step " << t + 1;
}

}  // namespace
}  // namespace shoal
