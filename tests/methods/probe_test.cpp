#include "shoal/methods/probe.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "reference/probe_reference.hpp"
#include "shoal/core/error.hpp"
#include "shoal/parallel/shard.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

namespace reference = probe_reference;

struct Sample {
  Matrix rows;
  std::vector<std::int64_t> labels;
  std::vector<std::uint8_t> trains;
};

Sample sample(const Communicator& comm) {
  const Shard shard = RowBlocks::of(reference::n).shard(comm.rank(), comm.size());
  Sample s{Matrix(shard.size(), reference::d), {}, {}};
  for (Index i = shard.begin; i < shard.end; ++i) {
    for (Index j = 0; j < reference::d; ++j)
      s.rows(i - shard.begin, j) = reference::rows[static_cast<std::size_t>(i * reference::d + j)];
    s.labels.push_back(10 * reference::labels[static_cast<std::size_t>(i)] - 5);
    s.trains.push_back(i % 4 != 3);
  }
  return s;
}

Probe fit(const Communicator& comm, const ProbeOptions& options) {
  const Sample s = sample(comm);
  return fit_probe(comm, s.rows, s.labels, s.trains, reference::n, options);
}

template <std::size_t W, std::size_t B, std::size_t P>
void expect_reference(double c, const std::array<double, W>& weights, const std::array<double, B>& bias,
                      double accuracy, const std::array<int, P>& predicted) {
  const Sample s = sample(test_world());
  const Probe probe = fit(test_world(), {c, false, 2000, 1e-10});
  EXPECT_TRUE(probe.converged);
  EXPECT_EQ(probe.class_values, (std::vector<std::int64_t>{-5, 5, 15}));
  for (Index k = 0; k < reference::classes; ++k) {
    for (Index j = 0; j < reference::d; ++j)
      EXPECT_NEAR(probe.weights(k, j), weights[static_cast<std::size_t>(k * reference::d + j)], 2e-5) << k << ", " << j;
    EXPECT_NEAR(probe.bias[k] - probe.bias.mean(), bias[static_cast<std::size_t>(k)], 2e-5);
  }
  const auto mine = predict(probe, s.rows);
  const Index begin = RowBlocks::of(reference::n).shard(test_world().rank(), test_world().size()).begin;
  for (std::size_t i = 0; i < mine.size(); ++i) EXPECT_EQ(mine[i], predicted[static_cast<std::size_t>(begin) + i]);
  const Confusion held_out = confusion_of(test_world(), probe, s.labels, mine, s.trains, 0);
  EXPECT_EQ(held_out.rows, reference::n / 4);
  EXPECT_EQ(held_out.counts.sum(), held_out.rows);
  EXPECT_NEAR(held_out.accuracy, accuracy, 1e-12);
}

TEST(Probe, agrees_with_scikit_learns_logistic_regression) {
  expect_reference(100, reference::weak_weights, reference::weak_bias, reference::weak_accuracy,
                   reference::weak_predicted);
}

TEST(Probe, agrees_with_it_under_a_strong_penalty) {
  expect_reference(0.05, reference::strong_weights, reference::strong_bias, reference::strong_accuracy,
                   reference::strong_predicted);
}

TEST(Probe, has_the_same_bits_for_any_number_of_ranks) {
  const Probe here = fit(test_world(), {}), alone = fit(test_alone(), {});
  EXPECT_EQ(here.weights, alone.weights);
  EXPECT_EQ(here.bias, alone.bias);
  EXPECT_EQ(here.mean, alone.mean);
  EXPECT_EQ(here.loss, alone.loss);
  EXPECT_EQ(here.n_iter, alone.n_iter);
}

TEST(Probe, standardised_features_make_it_blind_to_units) {
  Sample s = sample(test_world());
  const auto before = predict(fit_probe(test_world(), s.rows, s.labels, s.trains, reference::n, {}), s.rows);
  s.rows.col(2) *= 1024;
  const auto after = predict(fit_probe(test_world(), s.rows, s.labels, s.trains, reference::n, {}), s.rows);
  EXPECT_EQ(before, after);
}

TEST(Probe, a_constant_feature_does_no_harm) {
  Sample s = sample(test_world());
  s.rows.col(0).setConstant(3);
  const Probe probe = fit_probe(test_world(), s.rows, s.labels, s.trains, reference::n, {});
  EXPECT_TRUE(probe.converged);
  EXPECT_EQ(probe.deviation[0], 1);
}

TEST(Probe, a_class_that_is_held_out_whole_counts_as_wrong) {
  Sample s = sample(test_world());
  for (std::size_t i = 0; i < s.labels.size(); ++i)
    if (s.labels[i] == 15) s.trains[i] = 0;
  const Probe probe = fit_probe(test_world(), s.rows, s.labels, s.trains, reference::n, {});
  EXPECT_EQ(probe.class_values.size(), 2u);
  const Confusion held_out = confusion_of(test_world(), probe, s.labels, predict(probe, s.rows), s.trains, 0);
  EXPECT_LT(held_out.counts.sum(), held_out.rows);
}

TEST(Probe, one_class_is_refused_on_all_ranks) {
  Sample s = sample(test_world());
  std::fill(s.labels.begin(), s.labels.end(), 1);
  try {
    fit_probe(test_world(), s.rows, s.labels, s.trains, reference::n, {});
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::input);
    EXPECT_TRUE(error.on_all_ranks());
  }
}

}  // namespace
}  // namespace shoal
