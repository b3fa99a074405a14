#include <gtest/gtest.h>

#include <cstring>

#include "shoal/methods/batch_feed.hpp"
#include "shoal/methods/encode.hpp"
#include "shoal/methods/train.hpp"
#include "shoal/nn/architecture.hpp"
#include "test_streamed.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

constexpr Index width = 12;

/// Rows whose numbers tell their number.
RowData numbered(const Shard& shard) {
  RowData data{ElementType::float32, shard.size(), width, {}};
  std::vector<float> values(static_cast<std::size_t>(shard.size() * width));
  for (Index i = 0; i < shard.size(); ++i)
    for (Index j = 0; j < width; ++j)
      values[static_cast<std::size_t>(i * width + j)] =
          static_cast<float>((shard.begin + i) % 17) / 17 + static_cast<float>(j == (shard.begin + i) % width);
  data.bytes.resize(values.size() * sizeof(float));
  if (!values.empty()) std::memcpy(data.bytes.data(), values.data(), data.bytes.size());
  return data;
}

/// Rows of so many numbers that windows are small: 64 rows over all blocks, of 4 chunks.
constexpr Index wide = Index{1} << 22;

struct Outcome {
  TrainResult result;
  FittedScaling scaling;
};

Outcome run(const Communicator& comm, Index rows, const TrainOptions& options, bool in_memory) {
  const Network network(make_architecture({.encoder = "dense 8, relu, dense 3"}, {width, 1, 1}));
  const HeldOut held_out(rows, options.held_out, options.seed);
  const BatchPlan plan(held_out.training_count(), options.batch_size, options.seed, wide);
  const Shard shard = training_shard(held_out, plan, comm.rank(), comm.size());
  const RowData data = numbered(shard);
  const TrainingRows mine{shard, in_memory ? source_of(data) : streamed(data, 48)};
  Outcome outcome;
  outcome.scaling = fit_scaling(comm, mine.data, {width, 1, 1}, false, Scaling::standardize);
  outcome.result = train(comm, network, outcome.scaling, held_out, plan, mine, options);
  return outcome;
}

template <class T>
bool same_bits(const T& a, const T& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(*a.data())) == 0;
}

void expect_same(const Outcome& a, const Outcome& b) {
  EXPECT_TRUE(same_bits(a.scaling.format.scale, b.scaling.format.scale));
  EXPECT_TRUE(same_bits(a.scaling.format.offset, b.scaling.format.offset));
  EXPECT_TRUE(same_bits(a.result.numbers.parameters, b.result.numbers.parameters));
  ASSERT_EQ(a.result.history.size(), b.result.history.size());
  for (std::size_t e = 0; e < a.result.history.size(); ++e) {
    EXPECT_EQ(a.result.history[e].training_loss, b.result.history[e].training_loss);
    EXPECT_EQ(a.result.history[e].held_out_loss, b.result.history[e].held_out_loss);
  }
}

TEST(StreamedTraining, rows_in_a_file_give_the_same_bits_as_in_memory_on_any_number_of_ranks) {
  for (const Index batch : {64, 37, 16}) {
    const TrainOptions options{.epochs = 3, .batch_size = batch, .held_out = 0.1, .seed = 5};
    const Outcome alone = run(Communicator(MPI_COMM_SELF), 1003, options, true);
    expect_same(run(test_world(), 1003, options, true), alone);
    expect_same(run(test_world(), 1003, options, false), alone);
  }
}

TEST(StreamedTraining, fewer_rows_than_ranks_and_no_held_out_rows) {
  const TrainOptions options{.epochs = 2, .batch_size = 64, .held_out = 0, .seed = 5};
  const Outcome alone = run(Communicator(MPI_COMM_SELF), 3, options, true);
  const Outcome here = run(test_world(), 3, options, false);
  EXPECT_TRUE(same_bits(here.result.numbers.parameters, alone.result.numbers.parameters));
}

TEST(BatchFeed, gives_the_rows_of_the_plan_from_either_place) {
  const HeldOut held_out(2000, 0.05, 1);
  const BatchPlan plan(held_out.training_count(), 50, 1, wide);
  const RowData data = numbered({2000, 0, 2000});
  const RowSource memory = source_of(data), file = streamed(data, 16);
  for (const RowSource* source : {&memory, &file}) {
    const Shard blocks = plan.blocks(0, 1);
    BatchFeed feed(held_out, plan, blocks, *source, 0);
    for (Index epoch = 1; epoch <= 2; ++epoch) {
      feed.begin_epoch(epoch);
      for (Index step = 0; step < plan.steps(); ++step) {
        feed.begin_step(step);
        for (Index g = 0; g < blocks.size(); ++g) {
          const auto group = feed.group(g);
          const Shard range = plan.group(step, g);
          const auto order = plan.order(epoch, g);
          ASSERT_EQ(std::ssize(group.rows), range.size());
          for (Index i = 0; i < range.size(); ++i) {
            const Index row = held_out.training_row(order[static_cast<std::size_t>(range.begin + i)]);
            ASSERT_EQ(group.global_rows[static_cast<std::size_t>(i)], row);
            for (Index j = 0; j < width; ++j)
              ASSERT_EQ(group.data.at(group.rows[static_cast<std::size_t>(i)], j), data.at(row, j));
          }
        }
      }
    }
  }
}

TEST(BatchFeed, hands_on_what_reading_a_file_throws) {
  const HeldOut held_out(2000, 0.05, 1);
  const BatchPlan plan(held_out.training_count(), 50, 1, wide);
  const RowData data = numbered({2000, 0, 2000});
  RowSource file = streamed(data, 16);
  file.copy = [](Index, Index, std::byte*) { throw std::runtime_error("the disk is gone"); };
  BatchFeed feed(held_out, plan, plan.blocks(0, 1), file, 0);
  feed.begin_epoch(1);
  EXPECT_THROW(feed.begin_step(0), std::runtime_error);
}

}  // namespace
}  // namespace shoal
