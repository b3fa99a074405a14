#include "shoal/methods/train.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "shoal/core/error.hpp"
#include "shoal/methods/batch_gradient.hpp"
#include "shoal/nn/grammar.hpp"
#include "train_run.hpp"

namespace shoal {
namespace {

TEST(Train, a_denoising_network_is_held_to_the_input_without_noise) {
  const Network network({{6, 1, 1}, parse_layers("dense 6", {6, 1, 1}), parse_layers("dense 6", {6, 1, 1})});
  ModelNumbers numbers = network.initial_numbers(0);
  for (Index i = 0; i < network.parameter_count(); ++i)  // both layers hand on their input
    numbers.parameters[static_cast<std::size_t>(i)] = i % 42 < 36 && i % 42 % 7 == 0 ? 1 : 0;
  const InputNoise noise = parse_input_noise("gaussian:0.5");
  GroupDraws draws{.seed = 7, .epoch = 2, .rows = {5, 3, 11}};
  AlignedVector<Lanes> clean(6), noisy;
  for (std::size_t i = 0; i < 6; ++i) clean[i] = broadcast(static_cast<float>(i));
  noisy = clean;
  add_noise(noise, draws, 6, noisy.data());
  double expected = 0;
  for (std::size_t i = 0; i < 6; ++i)
    for (int l = 0; l < 3; ++l) expected += std::pow(double{noisy[i][l]} - double{clean[i][l]}, 2) / 6;
  BatchGradient batch(Communicator(MPI_COMM_SELF), network, 1, 1, 3, {}, noise);
  AlignedVector<float> gradient(numbers.parameters.size());
  const auto load = [&](Index, Lanes* x, GroupDraws& drawn) {
    std::copy(clean.begin(), clean.end(), x);
    drawn = draws;
    return Index{3};
  };
  EXPECT_TRUE(batch.compute(numbers, 1, load, 3, gradient));
  EXPECT_GT(expected, 0.1);
  EXPECT_NEAR(batch.take_loss(), expected, 1e-5 * expected);
}

TEST(Train, a_variational_autoencoder_learns_and_pays_for_its_code) {
  TrainOptions options{.epochs = 12, .batch_size = 64, .held_out = 0.1, .seed = 1};
  options.optimizer.learning_rate = 3e-3;
  options.beta = 0.02;  // these images vary so little that a code is not worth its price at 1
  const auto cheap = run(test_world(), "vae", {1, 12, 12}, 1500, options).result.history;
  options.beta = 0.5;
  const auto dear = run(test_world(), "vae", {1, 12, 12}, 1500, options).result.history;
  EXPECT_LT(cheap.back().training_loss, 0.6 * cheap.front().training_loss);
  EXPECT_GT(cheap.back().divergence, 1);
  EXPECT_LT(dear.back().divergence, 0.5 * cheap.back().divergence);
  EXPECT_LT(cheap.back().held_out_loss, dear.back().held_out_loss);
}

TEST(Train, the_learning_rate_follows_its_schedule) {
  TrainOptions options{.epochs = 4, .batch_size = 32, .held_out = 0.2, .seed = 8};
  options.schedule = {.kind = ScheduleKind::plateau, .epochs = 1, .factor = 0.5, .floor = 3e-4, .warmup_epochs = 2};
  options.min_improvement = 0.99;  // so that no epoch after the first improves
  expect_same_as_one_rank("conv", {1, 6, 6}, 100, options);
  const auto rates = [&] {
    std::vector<double> last;
    for (const auto& epoch : run(test_world(), "conv", {1, 6, 6}, 100, options).result.history)
      last.push_back(epoch.learning_rate);
    return last;
  };
  EXPECT_EQ(rates(), (std::vector<double>{5e-4, 1e-3, 5e-4, 3e-4}));
  options.schedule = {.kind = ScheduleKind::step, .epochs = 2, .factor = 0.25};
  EXPECT_EQ(rates(), (std::vector<double>{1e-3, 1e-3, 2.5e-4, 2.5e-4}));
}

TEST(Train, keeps_parameters_and_state_of_the_epoch_with_the_lowest_held_out_loss) {
  const std::string normalised = "conv 4 k3 s2 p1, batchnorm, relu, dense 4";
  TrainOptions options{.epochs = 9, .batch_size = 16, .held_out = 0.3, .seed = 2};
  options.optimizer.learning_rate = 0.1;  // so large that the held-out loss goes up and down
  options.keep = Keep::best;
  expect_same_as_one_rank(normalised, {1, 6, 6}, 40, options);
  const TrainResult best = run(test_world(), normalised, {1, 6, 6}, 40, options).result;
  const auto lowest = std::min_element(best.history.begin(), best.history.end(),
                                       [](const auto& a, const auto& b) { return a.held_out_loss < b.held_out_loss; });
  EXPECT_EQ(best.kept_epoch, lowest->epoch);
  EXPECT_LT(best.kept_epoch, options.epochs) << "the test needs a case where the last epoch is not the best";
  EXPECT_FALSE(best.stopped_early);
  options.epochs = best.kept_epoch;
  options.keep = Keep::last;
  const TrainResult last = run(test_world(), normalised, {1, 6, 6}, 40, options).result;
  EXPECT_EQ(last.kept_epoch, options.epochs);
  EXPECT_TRUE(same_bits(best.numbers.parameters, last.numbers.parameters));
  EXPECT_TRUE(same_bits(best.numbers.state, last.numbers.state));
}

TEST(Train, stops_after_as_many_epochs_without_improvement_as_patience_says) {
  TrainOptions options{.epochs = 9, .batch_size = 32, .held_out = 0.2, .seed = 8};
  options.patience = 2;
  options.min_improvement = 0.99;  // so that no epoch after the first improves
  expect_same_as_one_rank("conv", {1, 6, 6}, 100, options);
  const TrainResult result = run(test_world(), "conv", {1, 6, 6}, 100, options).result;
  EXPECT_TRUE(result.stopped_early);
  EXPECT_EQ(result.history.size(), 3);
  EXPECT_EQ(result.kept_epoch, 3) << "the best may be better by less than counts as an improvement";
  options.keep = Keep::last;
  options.patience = 8;  // reached with the last epoch
  EXPECT_FALSE(run(test_world(), "conv", {1, 6, 6}, 100, options).result.stopped_early);
}

TEST(Train, does_not_stop_while_the_held_out_loss_improves) {
  TrainOptions options{.epochs = 4, .batch_size = 32, .held_out = 0.2, .seed = 8};
  options.patience = 1;
  const TrainResult result = run(test_world(), "conv", {1, 6, 6}, 100, options).result;
  EXPECT_FALSE(result.stopped_early);
  EXPECT_EQ(result.history.size(), 4);
}

TEST(Train, the_plain_engine_goes_the_same_way_but_for_rounding) {
  const Communicator self(MPI_COMM_SELF);
  const TrainOptions fast{
      .epochs = 3, .batch_size = 32, .optimizer = {.method = UpdateRule::sgd, .learning_rate = 0.1}};
  TrainOptions plain = fast;
  plain.engine = Engine::reference;
  for (const char* layers : {"conv 5 k3 s2 p1, relu, conv 16 k3 s1 p1, batchnorm, relu, conv 4 k3 s2 p1, dense 6",
                             "dense", "dense 500, relu, dense 4"}) {
    const auto a = run(self, layers, {2, 9, 8}, 100, fast), b = run(self, layers, {2, 9, 8}, 100, plain);
    const auto& p = a.result.numbers.parameters;
    const auto& q = b.result.numbers.parameters;
    ASSERT_EQ(p.size(), q.size());
    for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(p[i], q[i], 2e-5) << layers << ", parameter " << i;
    EXPECT_NEAR(a.result.history.back().training_loss, b.result.history.back().training_loss, 1e-6);
  }
}

TEST(Train, books_its_time_where_it_is_asked_to) {
  const auto comm = test_world();
  const auto profile =
      run(comm, "conv 4 k3 s2 p1, batchnorm, relu, dense 6", {1, 8, 8}, 100, {.epochs = 2, .profile = true})
          .result.profile;
  EXPECT_EQ(profile.steps, 2);
  const auto samples = comm.sum(static_cast<std::int64_t>(profile.samples));
  EXPECT_GE(samples, 2 * 95);
  EXPECT_EQ(samples % 95, 0);  // a step whose gradient did not fit its bound is done once more
  double inside =
      profile.load + profile.prepare + profile.loss + profile.batch_sums + profile.gradient_sum + profile.update;
  for (const auto& layer : profile.layers) inside += layer.forward + layer.backward;
  EXPECT_GT(inside, 0);
  EXPECT_LE(inside, profile.steps_seconds);
}

TEST(Train, learns) {
  const auto outcome =
      run(test_world(), "conv", {1, 12, 12}, 1500, {.epochs = 12, .batch_size = 64, .held_out = 0.1, .seed = 1});
  const auto& history = outcome.result.history;
  EXPECT_LT(history.back().training_loss, 0.3 * history.front().training_loss);
  EXPECT_LT(history.back().held_out_loss, 0.4 * history.front().training_loss);
  EXPECT_TRUE(history.back().constant_outputs.empty());
}

TEST(Train, divergence_is_a_numerics_error_that_names_the_step) {
  TrainOptions options{.epochs = 50, .batch_size = 64, .held_out = 0, .seed = 1};
  options.optimizer.method = UpdateRule::sgd;
  options.optimizer.learning_rate = 1e6;
  for (const char* layers : {"conv", "dense 500, relu, dense 4"}) try {
      run(test_world(), layers, {1, 12, 12}, 200, options);
      FAIL() << layers << " did not diverge";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::numerics);
      EXPECT_NE(std::string(error.what()).find("diverged in epoch"), std::string::npos) << error.what();
      EXPECT_TRUE(error.on_all_ranks());
    }
}

TEST(ConstantWatch, names_the_units_that_never_changed_on_any_rank) {
  const Communicator comm = test_world();
  ConstantWatch watch(4);
  AlignedVector<Lanes> values(4, Lanes{});
  values[1] = broadcast(static_cast<float>(comm.rank()));  // varies over ranks only
  values[2][3] = 1;                                        // varies over lanes
  values[3][12] = 1;                                       // varies in a lane that is not used
  watch.look(values.data(), 1, 8);
  const std::vector<Index> expected = comm.size() > 1 ? std::vector<Index>{0, 3} : std::vector<Index>{0, 1, 3};
  EXPECT_EQ(watch.constant_units(comm), expected);
  EXPECT_TRUE(watch.constant_units(comm).empty()) << "the watch did not start anew";
}

}  // namespace
}  // namespace shoal
