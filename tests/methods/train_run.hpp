#pragma once
// Training runs on data made here, for the tests of training.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "shoal/methods/encode.hpp"
#include "shoal/methods/scaling.hpp"
#include "shoal/methods/train.hpp"
#include "test_world.hpp"

namespace shoal {
// Smooth blobs in grey or colour: something an autoencoder can learn in a few steps.
inline RowData blobs(Shard shard, const Shape& shape) {
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

// `layers`: a preset, or an encoder of one's own.
inline Outcome run(const Communicator& comm, const std::string& layers, const Shape& shape, Index rows,
                   TrainOptions options, const TrainCallbacks& callbacks = {}) {
  ArchitectureOptions architecture{.code = 4};
  (layers.find(' ') == std::string::npos ? architecture.preset : architecture.encoder) = layers;
  if (options.loss.kind == LossKind::bce) architecture.output_activation = "sigmoid";
  const Network network(make_architecture(architecture, shape), options.engine);
  const HeldOut held_out(rows, options.held_out, options.seed);
  const BatchPlan plan(held_out.training_count(), options.batch_size, options.seed);
  const Shard shard = training_shard(held_out, plan, comm.rank(), comm.size());
  const RowData data = blobs(shard, shape);
  const TrainingRows mine{shard, source_of(data)};
  const auto scaling = fit_scaling(comm, mine.data, shape, false, Scaling::automatic);
  Outcome outcome;
  outcome.result = train(comm, network, scaling, held_out, plan, mine, options, callbacks);
  const Encoding part = encode(network, outcome.result.numbers, scaling.format, data);
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

inline void expect_same_as_one_rank(const std::string& preset, const Shape& shape, Index rows,
                                    const TrainOptions& options) {
  const Outcome here = run(test_world(), preset, shape, rows, options);
  const Outcome alone = run(Communicator(MPI_COMM_SELF), preset, shape, rows, options);
  EXPECT_TRUE(same_bits(here.result.numbers.parameters, alone.result.numbers.parameters));
  EXPECT_TRUE(same_bits(here.result.numbers.state, alone.result.numbers.state));
  EXPECT_TRUE(same_bits(here.encoding.codes, alone.encoding.codes));
  EXPECT_TRUE(same_bits(here.encoding.errors, alone.encoding.errors));
  EXPECT_EQ(here.result.kept_epoch, alone.result.kept_epoch);
  ASSERT_EQ(here.result.history.size(), alone.result.history.size());
  for (std::size_t e = 0; e < here.result.history.size(); ++e) {
    EXPECT_EQ(here.result.history[e].training_loss, alone.result.history[e].training_loss);
    EXPECT_EQ(here.result.history[e].divergence, alone.result.history[e].divergence);
    if (options.held_out > 0 && rows > 40) {
      EXPECT_EQ(here.result.history[e].held_out_loss, alone.result.history[e].held_out_loss);
    }
  }
}

}  // namespace shoal
