// End to end: an autoencoder of sequences, trained on sines of three kinds without their names, finds the kinds.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numbers>

#include "shoal/methods/encode.hpp"
#include "shoal/methods/kmeans.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/methods/scaling.hpp"
#include "shoal/methods/score.hpp"
#include "shoal/methods/train.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

constexpr Index steps = 24, series = 600, kinds = 3;

/// Series i is of kind i % 3: one, two or three waves, of random amplitude and with noise; one number a step.
RowData sines(const Shard& shard) {
  std::vector<float> values;
  for (Index i = shard.begin; i < shard.end; ++i) {
    Random random(11, Stream::test, static_cast<std::uint64_t>(i));
    const double amplitude = 0.6 + 0.8 * random.uniform(), phase = random.uniform();
    for (Index t = 0; t < steps; ++t) {
      const double turns = static_cast<double>(1 + i % kinds) * static_cast<double>(t) / static_cast<double>(steps);
      values.push_back(
          static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * turns + phase) + 0.2 * random.normal()));
    }
  }
  RowData data{ElementType::float32, shard.size(), steps, {}};
  data.bytes.resize(values.size() * sizeof(float));
  if (!values.empty()) std::memcpy(data.bytes.data(), values.data(), data.bytes.size());
  return data;
}

double accuracy_of_clusters(const std::string& encoder) {
  const Communicator comm = test_world();
  const Shape shape{1, 1, steps};
  const TrainOptions options{
      .epochs = 15, .batch_size = 32, .held_out = 0, .seed = 2, .optimizer = {.learning_rate = 5e-3}};
  const Network network(make_architecture({.encoder = encoder}, shape));
  const HeldOut held_out(series, options.held_out, options.seed);
  const BatchPlan plan(series, options.batch_size, options.seed);
  const Shard mine = training_shard(held_out, plan, comm.rank(), comm.size());
  const RowData data = sines(mine);
  const TrainingRows rows{mine, source_of(data)};
  const auto scaling = fit_scaling(comm, rows.data, shape, true, Scaling::standardize);
  const auto result = train(comm, network, scaling, held_out, plan, rows, options);
  EXPECT_LT(result.history.back().training_loss, 0.7 * result.history.front().training_loss);

  const Shard shard = RowBlocks::of(series).shard(comm.rank(), comm.size());
  const Encoding encoding = encode(network, result.numbers, scaling.format, sines(shard));
  const auto clusters = fit_kmeans(comm, source_of(encoding.codes), series, {.k = kinds, .n_init = 3});
  std::vector<std::int64_t> labels;
  for (Index i = shard.begin; i < shard.end; ++i) labels.push_back(i % kinds);
  return score_clusters(comm, labels, clusters.labels, kinds).accuracy;
}

// Chance is 1/3; over eight seeds the least was 0.998.
TEST(SequenceLearning, codes_of_an_lstm_cluster_like_the_kinds_of_sines) {
  EXPECT_GT(accuracy_of_clusters("lstm 24, last, dense 4"), 0.8);
}

TEST(SequenceLearning, codes_of_a_gru_cluster_like_the_kinds_of_sines) {
  EXPECT_GT(accuracy_of_clusters("gru 24, last, dense 4"), 0.8);
}

}  // namespace
}  // namespace shoal
