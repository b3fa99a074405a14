#include "workload.hpp"

#include <array>
#include <limits>

#include "shoal/core/error.hpp"
#include "shoal/core/random.hpp"
#include "shoal/core/text.hpp"
#include "shoal/methods/forward_groups.hpp"
#include "shoal/methods/scaling.hpp"
#include "shoal/methods/train.hpp"

namespace shoal::benchmark {
namespace {

/// Thrown out of train(), which ends by epochs, when the meter, which goes by time, has seen enough.
struct Enough {};

Shape shape_of(const std::string& text) {
  std::vector<Index> sizes;
  for (const auto& word : split(text, 'x')) sizes.push_back(std::atoll(word.c_str()));
  for (const Index size : sizes)
    if (size < 1 || size > 1'000'000) sizes.clear();
  if (sizes.size() == 1) return {sizes[0], 1, 1};
  if (sizes.size() == 3) return {sizes[0], sizes[1], sizes[2]};
  throw option_error("\"" + text + "\" is no shape", "write, e.g., 3x32x32 (channels, height, width) or 784");
}

/// Uniform bytes; those of a row depend on its global number alone.
RowData random_bytes(const Shard& shard, Index width, std::uint64_t seed) {
  RowData data{ElementType::uint8, shard.size(), width, {}};
  data.bytes.reserve(static_cast<std::size_t>(shard.size() * width));
  for (Index row = shard.begin; row < shard.end; ++row) {
    Random random(seed, Stream::test, static_cast<std::uint64_t>(row));
    std::uint32_t bits = 0;
    for (Index i = 0; i < width; ++i, bits >>= 8) {
      if (i % 4 == 0) bits = random.bits();
      data.bytes.push_back(static_cast<std::byte>(bits & 0xFF));
    }
  }
  return data;
}

}  // namespace

Workload::Workload(const WorkloadOptions& options)
    : architecture_(make_architecture(options.network, shape_of(options.shape))),
      batch_size_(options.batch_size),
      rows_(std::max(options.rows, options.batch_size)),
      seed_(options.seed) {}

void Workload::train(const Communicator& comm, Meter& meter) const {
  const Network network(architecture_);
  const HeldOut held_out(rows_, 0, seed_);
  const BatchPlan plan(held_out.training_count(), batch_size_, seed_);
  const Shard shard = training_shard(held_out, plan, comm.rank(), comm.size());
  const RowData data = random_bytes(shard, network.input_size(), seed_);
  const TrainingRows rows{shard, source_of(data)};
  const FittedScaling scaling = fit_scaling(comm, rows.data, architecture_.input, true, Scaling::unit);
  TrainOptions options;
  options.epochs = std::numeric_limits<Index>::max();
  options.batch_size = batch_size_;
  options.held_out = 0;
  options.seed = seed_;
  TrainCallbacks callbacks;
  callbacks.step = [&](const TrainProgress& progress) {
    // The short batch at the end of an epoch would count as a whole one.
    if (progress.samples == batch_size_ && !meter.step_done()) throw Enough{};
  };
  try {
    shoal::train(comm, network, scaling, held_out, plan, rows, options, callbacks);
  } catch (const Enough&) {
  }
}

void Workload::encode(const Communicator& comm, Meter& meter) const {
  const Network network(architecture_);
  const Shard mine = Shard::of(batch_size_, comm.rank(), comm.size());
  const Index batches = rows_ / batch_size_;
  const RowData rows = random_bytes({rows_, mine.begin * batches, mine.end * batches}, network.input_size(), seed_);
  const SampleFormat format = fit_scaling(comm, source_of(rows), architecture_.input, true, Scaling::unit).format;
  const ModelNumbers numbers = network.initial_numbers(seed_);
  ForwardGroups groups(network, numbers, network.encoder_end());
  Matrix codes(mine.size(), architecture_.code_size());
  Index batch = 0;
  do {
    const Index first = batch++ % batches * mine.size();
    for (Index set = 0; set < mine.size(); set += groups.count() * lane_count) {
      const Index end = std::min(mine.size(), set + groups.count() * lane_count);
      Index g = 0;
      for (Index at = set; at < end; at += lane_count) {
        std::array<Index, lane_count> group;
        const Index count = std::min(lane_count, end - at);
        for (Index l = 0; l < count; ++l) group[static_cast<std::size_t>(l)] = first + at + l;
        load_group(rows, std::span<const Index>(group).first(static_cast<std::size_t>(count)), format,
                   groups.group(g++).input());
      }
      groups.run(g);
      for (Index at = set; at < end; ++at) {
        const Lanes* code = groups.group((at - set) / lane_count).output(network.encoder_end() - 1);
        for (Index i = 0; i < codes.cols(); ++i) codes(at, i) = code[i][at % lane_count];
      }
    }
  } while (meter.step_done());
}

}  // namespace shoal::benchmark
