// Learning rates against PyTorch's schedulers (tests/reference/make_training_reference.py), and what epochs without
// improvement are.
#include "shoal/methods/schedule.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "reference/training_reference.hpp"

namespace shoal {
namespace {

constexpr double first_rate = 1e-2;

void expect_rates(const std::vector<double>& truth, const ScheduleOptions& options, const ScheduleLength& length) {
  for (std::size_t s = 0; s < truth.size(); ++s)
    EXPECT_NEAR(learning_rate_at(options, first_rate, static_cast<Index>(s), length, 0), truth[s], 1e-9 * first_rate)
        << "step " << s;
}

TEST(Schedule, constant_is_constant) {
  expect_rates(std::vector<double>(20, first_rate), {}, {2, 10});
}

TEST(Schedule, step_is_pytorch_s) {
  expect_rates(reference::step_rates, {.kind = ScheduleKind::step, .epochs = 3, .factor = 0.5}, {10, 1});
}

TEST(Schedule, step_changes_between_epochs_only) {
  const ScheduleOptions options{.kind = ScheduleKind::step, .epochs = 2, .factor = 0.1};
  for (Index s = 0; s < 21; ++s)
    EXPECT_NEAR(learning_rate_at(options, 1, s, {3, 7}, 0), s < 14 ? 1 : 0.1, 1e-15) << "step " << s;
}

TEST(Schedule, cosine_is_pytorch_s_whatever_the_epochs) {
  const ScheduleOptions options{.kind = ScheduleKind::cosine, .floor = 1e-3};
  for (const ScheduleLength length : {ScheduleLength{20, 1}, {4, 5}, {1, 20}})
    expect_rates(reference::cosine_rates, options, length);
}

TEST(Schedule, cosine_after_a_warm_up_is_pytorch_s) {
  expect_rates(reference::warm_cosine_rates, {.kind = ScheduleKind::cosine, .floor = 1e-3, .warmup_epochs = 1.5},
               {5, 4});
}

TEST(Schedule, a_warm_up_may_end_between_steps) {
  const ScheduleOptions options{.warmup_epochs = 0.25};  // two and a half steps
  EXPECT_NEAR(learning_rate_at(options, 1, 0, {2, 10}, 0), 0.4, 1e-15);
  EXPECT_NEAR(learning_rate_at(options, 1, 1, {2, 10}, 0), 0.8, 1e-15);
  EXPECT_EQ(learning_rate_at(options, 1, 2, {2, 10}, 0), 1);
}

TEST(Schedule, plateau_is_pytorch_s) {
  const ScheduleOptions options{.kind = ScheduleKind::plateau, .epochs = 3, .factor = 0.5, .floor = 2e-3};
  const std::span<const double> losses(reference::plateau_losses);
  for (std::size_t e = 0; e < losses.size(); ++e) {
    const Index reductions = plateau_reductions(options, losses.first(e), 1e-2);
    EXPECT_NEAR(learning_rate_at(options, first_rate, static_cast<Index>(e), {20, 1}, reductions),
                reference::plateau_rates[e], 1e-9 * first_rate)
        << "epoch " << e;
  }
}

TEST(Improvement, counts_from_the_best_loss_so_far) {
  const auto waited = [](std::vector<double> losses, double least) {
    return epochs_without_improvement(losses, least);
  };
  EXPECT_EQ(waited({}, 0), 0);
  EXPECT_EQ(waited({3}, 0), 0);
  EXPECT_EQ(waited({3, 2, 2, 2.5}, 0), 2);
  EXPECT_EQ(waited({3, 2, 2.5, 1.9}, 0), 0);
  EXPECT_EQ(waited({3, 2, 2.5, 1.9}, 0.1), 2) << "less than a tenth better";
  EXPECT_EQ(waited({2, 1.9, 1.8, 1.7}, 0.1), 0) << "small steps add up";
}

TEST(Improvement, a_nan_is_none) {
  EXPECT_EQ(epochs_without_improvement(std::vector<double>{2, std::numeric_limits<double>::quiet_NaN()}, 0), 1);
}

}  // namespace
}  // namespace shoal
