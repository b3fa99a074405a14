#include "shoal/methods/train.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <set>

#include "shoal/core/error.hpp"
#include "shoal/methods/batch_gradient.hpp"
#include "shoal/methods/encode.hpp"
#include "shoal/methods/scaling.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

// Smooth blobs in grey or colour: something an autoencoder can learn in a few steps.
RowData blobs(Shard shard, const Shape& shape) {
  RowData data{ElementType::uint8, shard.size(), shape.size(), {}};
  data.bytes.resize(static_cast<std::size_t>(shard.size() * shape.size()));
  for (Index i = 0; i < shard.size(); ++i) {
    Random random(9, Stream::test, static_cast<std::uint64_t>(shard.begin + i));
    const double cx = random.uniform() * static_cast<double>(shape.width),
                 cy = random.uniform() * static_cast<double>(shape.height);
    for (Index c = 0; c < shape.channels; ++c) {
      const double strength = 55 + 200 * random.uniform();
      for (Index y = 0; y < shape.height; ++y)
        for (Index x = 0; x < shape.width; ++x) {
          const double r2 = std::pow(static_cast<double>(x) - cx, 2) + std::pow(static_cast<double>(y) - cy, 2);
          data.bytes[static_cast<std::size_t>(((i * shape.channels + c) * shape.height + y) * shape.width + x)] =
              static_cast<std::byte>(strength * std::exp(-r2 / 8));
        }
    }
  }
  return data;
}

struct Outcome {
  TrainResult result;
  Encoding encoding;  // of this communicator's rows, in order, on all ranks
};

Outcome run(const Communicator& comm, const std::string& preset, const Shape& shape, Index rows, TrainOptions options) {
  const Network network(make_architecture({.preset = preset, .code = 4}, shape));
  const HeldOut held_out(rows, options.held_out, options.seed);
  const BatchPlan plan(held_out.training_count(), options.batch_size, options.seed);
  const Shard shard = training_shard(held_out, plan, comm.rank(), comm.size());
  const TrainingRows mine{shard, blobs(shard, shape)};
  const auto scaling = fit_scaling(comm, mine.data, shape, false, Scaling::automatic);
  Outcome outcome;
  outcome.result = train(comm, network, scaling, held_out, plan, mine, options);
  const Encoding part = encode(network, outcome.result.numbers, scaling.format, mine.data);
  const auto codes =
      comm.concatenate(std::span<const float>(part.codes.data(), static_cast<std::size_t>(part.codes.size())));
  outcome.encoding.codes = Eigen::Map<const Matrix>(codes.data(), rows, part.codes.cols());
  outcome.encoding.errors = comm.concatenate(std::span<const double>(part.errors));
  return outcome;
}

template <class T>
bool same_bits(const T& a, const T& b) {
  return a.size() == b.size() &&
         (a.size() == 0 ||
          std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(*a.data())) == 0);
}

void expect_same_as_one_rank(const std::string& preset, const Shape& shape, Index rows, const TrainOptions& options) {
  const Outcome here = run(test_world(), preset, shape, rows, options);
  const Outcome alone = run(Communicator(MPI_COMM_SELF), preset, shape, rows, options);
  EXPECT_TRUE(same_bits(here.result.numbers.parameters, alone.result.numbers.parameters));
  EXPECT_TRUE(same_bits(here.result.numbers.state, alone.result.numbers.state));
  EXPECT_TRUE(same_bits(here.encoding.codes, alone.encoding.codes));
  EXPECT_TRUE(same_bits(here.encoding.errors, alone.encoding.errors));
  for (std::size_t e = 0; e < here.result.history.size(); ++e) {
    EXPECT_EQ(here.result.history[e].training_loss, alone.result.history[e].training_loss);
    if (options.held_out > 0 && rows > 40) {
      EXPECT_EQ(here.result.history[e].held_out_loss, alone.result.history[e].held_out_loss);
    }
  }
}

TEST(Train, any_number_of_ranks_gives_the_same_bits) {
  expect_same_as_one_rank("conv", {1, 12, 12}, 203, {.epochs = 2, .batch_size = 64, .held_out = 0.1, .seed = 3});
}

TEST(Train, batch_normalisation_over_ranks_gives_the_same_bits) {
  expect_same_as_one_rank("deep", {3, 8, 8}, 75, {.epochs = 2, .batch_size = 48, .held_out = 0.1, .seed = 3});
}

TEST(Train, recurrent_layers_over_ranks_give_the_same_bits) {
  expect_same_as_one_rank("lstm", {3, 1, 7}, 75, {.epochs = 2, .batch_size = 48, .held_out = 0.1, .seed = 3});
  expect_same_as_one_rank("gru", {2, 1, 5}, 61, {.epochs = 2, .batch_size = 37, .held_out = 0.1, .seed = 4});
}

TEST(Train, a_batch_that_feeds_fewer_ranks_than_there_are_gives_the_same_bits) {
  expect_same_as_one_rank("conv", {3, 9, 7}, 101, {.epochs = 2, .batch_size = 16, .held_out = 0, .seed = 4});
}

TEST(Train, fewer_rows_than_ranks_and_a_batch_larger_than_the_data) {
  expect_same_as_one_rank("dense", {30, 1, 1}, 3, {.epochs = 2, .batch_size = 1000, .held_out = 0.2, .seed = 5});
}

TEST(Train, an_odd_batch_size_and_sgd) {
  TrainOptions options{.epochs = 2, .batch_size = 37, .held_out = 0.05, .seed = 6};
  options.optimizer.method = "sgd";
  options.optimizer.learning_rate = 0.05;
  expect_same_as_one_rank("baseline", {2, 6, 10}, 150, options);
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
  options.optimizer.method = "sgd";
  options.optimizer.learning_rate = 1e6;
  try {
    run(test_world(), "conv", {1, 12, 12}, 200, options);
    FAIL() << "training did not diverge";
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
