// A training that stops and goes on, on other ranks, has the same bits as one that was never disturbed.
#include <gtest/gtest.h>

#include "shoal/core/error.hpp"
#include "train_run.hpp"

namespace shoal {
namespace {

// Runs on `comm` until `stop_after` pauses, from `begin`; returns the state it left, or nothing when it came to its
// end.
struct Part {
  std::optional<Snapshot> left;
  Outcome outcome;
};

Part run_part(const Communicator& comm, const std::string& layers, const Shape& shape, const TrainOptions& options,
              const Snapshot* begin, Index stop_after) {
  Part part;
  Index pauses = 0;
  const Checkpoints checkpoints{[&](Place) { return ++pauses == stop_after ? Pause::stop : Pause::none; },
                                [&](const Snapshot& state) { part.left = state; }, begin};
  try {
    part.outcome = run(comm, layers, shape, 203, options, {}, checkpoints);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::interrupted);
    EXPECT_TRUE(error.on_all_ranks());
  }
  return part;
}

void expect_same_when_stopped(const std::string& layers, const Shape& shape, TrainOptions options) {
  options.epochs = 3;
  options.batch_size = 64;
  options.held_out = 0.1;
  const Outcome whole = run(Communicator(MPI_COMM_SELF), layers, shape, 203, options);
  // Three steps an epoch: in its middle, at its end, at its beginning.
  std::optional<Snapshot> state;
  for (const Index steps : {2, 1, 1, 2}) {
    const Part part = run_part(test_world(), layers, shape, options, state ? &*state : nullptr, steps);
    ASSERT_TRUE(part.left.has_value());
    state = part.left;
  }
  const Part alone = run_part(Communicator(MPI_COMM_SELF), layers, shape, options, &*state, 1);  // other ranks go on
  ASSERT_TRUE(alone.left.has_value());
  const Part last = run_part(test_world(), layers, shape, options, &*alone.left, 0);
  EXPECT_TRUE(same_bits(last.outcome.result.numbers.parameters, whole.result.numbers.parameters));
  EXPECT_TRUE(same_bits(last.outcome.result.numbers.state, whole.result.numbers.state));
  EXPECT_EQ(last.outcome.result.kept_epoch, whole.result.kept_epoch);
  ASSERT_EQ(last.outcome.result.history.size(), whole.result.history.size());
  for (std::size_t e = 0; e < whole.result.history.size(); ++e) {
    const auto &a = last.outcome.result.history[e], &b = whole.result.history[e];
    EXPECT_EQ(a.training_loss, b.training_loss);
    EXPECT_EQ(a.held_out_loss, b.held_out_loss);
    EXPECT_EQ(a.divergence, b.divergence);
    EXPECT_EQ(a.learning_rate, b.learning_rate);
    EXPECT_EQ(a.constant_codes, b.constant_codes);
    EXPECT_EQ(a.constant_outputs, b.constant_outputs);
  }
}

TEST(TrainCheckpoint, a_stopped_training_goes_on_with_the_same_bits) {
  expect_same_when_stopped("conv", {1, 8, 8}, {});
  TrainOptions options;
  options.keep = Keep::best;
  options.schedule = {.kind = ScheduleKind::plateau, .epochs = 1, .factor = 0.5};
  expect_same_when_stopped("deep", {1, 8, 8}, options);
  options.optimizer.method = UpdateRule::sgd;
  options.optimizer.learning_rate = 0.05;
  expect_same_when_stopped("vae", {1, 8, 8}, options);
  expect_same_when_stopped("dropout 0.1, dense 300, relu, dense 4", {300, 1, 1}, {});
}

TEST(TrainCheckpoint, the_last_state_is_the_result) {
  std::optional<Snapshot> last;
  Checkpoints checkpoints;
  checkpoints.save = [&](const Snapshot& state) { last = state; };
  const TrainOptions options{.epochs = 2, .batch_size = 64, .held_out = 0.1, .keep = Keep::best};
  const Outcome whole = run(test_world(), "conv", {1, 8, 8}, 203, options, {}, checkpoints);
  ASSERT_TRUE(last.has_value());
  Index steps = 0;
  const TrainCallbacks count{[&](const TrainProgress&) { ++steps; }, {}};
  const Outcome again = run(test_world(), "conv", {1, 8, 8}, 203, options, count, {.begin = &*last});
  EXPECT_EQ(steps, 0);
  EXPECT_TRUE(same_bits(again.result.numbers.parameters, whole.result.numbers.parameters));
  EXPECT_EQ(again.result.kept_epoch, whole.result.kept_epoch);
  EXPECT_EQ(again.result.history.size(), whole.result.history.size());
}

TEST(TrainCheckpoint, a_state_of_another_network_is_refused) {
  const Part part = run_part(test_world(), "conv", {1, 8, 8}, {.batch_size = 64}, nullptr, 1);
  EXPECT_THROW(run(test_world(), "conv", {2, 8, 8}, 203, {.batch_size = 64}, {}, {.begin = &*part.left}), Error);
}

}  // namespace
}  // namespace shoal
