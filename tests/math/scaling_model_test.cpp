#include "shoal/math/scaling_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace shoal {
namespace {

TEST(FitNonnegative, finds_the_coefficients_of_exact_data) {
  MatrixD x(4, 2);
  x << 1, 1, 1, 0.5, 1, 0.25, 1, 0.125;
  std::vector<double> y;
  for (Index i = 0; i < 4; ++i) y.push_back(3 * x(i, 0) + 20 * x(i, 1));
  const auto c = fit_nonnegative(x, y);
  EXPECT_NEAR(c[0], 3, 1e-9);
  EXPECT_NEAR(c[1], 20, 1e-9);
}

TEST(FitNonnegative, leaves_out_what_would_be_negative) {
  MatrixD x(3, 2);
  x << 1, 1, 1, 2, 1, 3;
  const auto c = fit_nonnegative(x, {1, 2.5, 4});  // a line through -0.5
  EXPECT_EQ(c[0], 0);
  EXPECT_GT(c[1], 1);
  EXPECT_LT(c[1], 1.4);
}

TEST(FitNonnegative, gives_zeros_without_points) {
  EXPECT_EQ(fit_nonnegative(MatrixD(0, 2), {}), (std::vector<double>{0, 0}));
}

std::vector<NetworkPoint> points_of(const NetworkModel& network, double noise) {
  std::vector<NetworkPoint> points;
  for (const double ranks : {2.0, 3.0, 4.0, 8.0})
    for (const double bytes : {8.0, 1024.0, 65536.0, 1048576.0, 8388608.0}) {
      const double wrong = points.size() % 2 ? 1 + noise : 1 - noise;
      points.push_back({ranks, bytes, wrong * network.seconds(1, bytes, ranks)});
    }
  return points;
}

TEST(FitNetwork, recovers_latency_and_bandwidth) {
  const NetworkModel known{2e-6, 1e-10};
  const NetworkModel exact = fit_network(points_of(known, 0)), noisy = fit_network(points_of(known, 0.1));
  EXPECT_NEAR(exact.latency, known.latency, 1e-12);
  EXPECT_NEAR(exact.seconds_per_byte, known.seconds_per_byte, 1e-16);
  EXPECT_NEAR(noisy.latency, known.latency, 0.1 * known.latency);
  EXPECT_NEAR(noisy.seconds_per_byte, known.seconds_per_byte, 0.1 * known.seconds_per_byte);
}

TEST(WorkLoad, is_the_largest_share_of_whole_units) {
  EXPECT_DOUBLE_EQ((WorkLoad{4, 4, 1, 16}.shared()), 0.25);
  EXPECT_DOUBLE_EQ((WorkLoad{3, 3, 1, 16}.shared()), 6.0 / 16);
  EXPECT_DOUBLE_EQ((WorkLoad{64, 64, 1, 16}.shared()), 1.0 / 16);  // 48 ranks are idle
  EXPECT_DOUBLE_EQ((WorkLoad{64, 64, 8, 16}.shared()), 0.5);
}

TEST(WorkLoad, knows_ranks_that_share_cores) {
  EXPECT_DOUBLE_EQ((WorkLoad{4, 2, 1, 16}.shared()), 0.5);
  EXPECT_DOUBLE_EQ((WorkLoad{4, 2, 1, 16}.repeated()), 2);
  EXPECT_DOUBLE_EQ((WorkLoad{2, 4, 1, 16}.repeated()), 1);
}

// A job that is known: training in 64 lane groups with a sum each step, and a file that is written at one speed.
const NetworkModel network{3e-6, 2e-10};
double training(const WorkLoad& load) {
  return 0.5 * load.repeated() + 40 * load.shared() + network.seconds(1000, 4e8, load.ranks);
}

std::vector<PhaseSample> samples_of(std::initializer_list<double> ranks) {
  std::vector<PhaseSample> samples;
  for (const double p : ranks) {
    const WorkLoad load{p, p, 1, 64}, rows{p, p, 1, 256};
    samples.push_back({"train", load, training(load), p > 1 ? 1000.0 : 0, p > 1 ? 4e8 : 0});
    samples.push_back({"write", rows, 0.25 + rows.shared(), 0, 0});
  }
  return samples;
}

TEST(FitScaling, recovers_a_known_job_and_foretells_it) {
  const ScalingModel model = fit_scaling(samples_of({1, 2, 3, 4, 8}), network);
  ASSERT_EQ(model.phases.size(), 2u);
  EXPECT_EQ(model.phases[0].phase, "train");
  EXPECT_NEAR(model.phases[0].fixed_seconds, 0.5, 1e-6);
  EXPECT_NEAR(model.phases[0].shared_seconds, 40, 1e-5);
  EXPECT_NEAR(model.phases[0].calls, 1000, 1e-6);
  EXPECT_NEAR(model.phases[0].bytes, 4e8, 1);
  for (const double p : {16.0, 64.0, 4096.0}) {
    const WorkLoad load{p, p, 1, 64};
    EXPECT_NEAR(model.seconds({load, {p, p, 1, 256}}), training(load) + 0.25 + 1.0 / 8, 1e-4) << p << " ranks";
  }
}

TEST(FitScaling, lets_writing_get_no_faster_than_was_seen) {
  const ScalingModel model = fit_scaling(samples_of({1, 2, 4}), network);
  EXPECT_NEAR(model.phases[1].compute_seconds({64, 64, 1, 256}), 0.25 + 0.25, 1e-6);
  EXPECT_NEAR(model.phases[1].compute_seconds({2, 2, 1, 256}), 0.25 + 0.5, 1e-6);
}

TEST(FitScaling, takes_calls_that_grow_with_the_ranks) {
  std::vector<PhaseSample> samples;
  for (const double p : {1.0, 2.0, 4.0, 8.0})
    samples.push_back({"kmeans", {p, p, 1, 256}, 1, p > 1 ? 10 + 5 * p : 0, p > 1 ? 100 * p : 0});
  const ScalingModel model = fit_scaling(samples, network);
  EXPECT_NEAR(model.phases[0].calls, 10, 1e-9);
  EXPECT_NEAR(model.phases[0].calls_per_rank, 5, 1e-9);
  EXPECT_NEAR(model.communication_seconds(64), network.seconds(330, 6400, 64), 1e-12);
}

TEST(FitScaling, does_not_extend_calls_that_depend_on_time) {
  std::vector<PhaseSample> samples;
  for (const auto& [p, calls] : {std::pair{1.0, 0.0}, {2.0, 173.0}, {3.0, 245.0}, {4.0, 212.0}})
    samples.push_back({"train", {p, p, 1, 256}, 1, calls, calls});
  const ScalingModel model = fit_scaling(samples, network);
  EXPECT_NEAR(model.phases[0].calls, 210, 1e-9);
  EXPECT_EQ(model.phases[0].calls_per_rank, 0);
}

TEST(FitScaling, makes_everything_fixed_of_a_single_number_of_ranks) {
  const ScalingModel model = fit_scaling({{"pca", {2, 2, 1, 256}, 7, 0, 0}}, network);
  EXPECT_NEAR(model.phases[0].fixed_seconds, 7, 1e-9);
  EXPECT_EQ(model.phases[0].shared_seconds, 0);
}

}  // namespace
}  // namespace shoal
