#include "shoal/methods/batch_plan.hpp"

#include <cmath>
#include <numeric>

#include "shoal/core/random.hpp"

namespace shoal {

HeldOut::HeldOut(Index rows, double fraction, std::uint64_t seed) : rows_(rows), seed_(seed) {
  if (fraction <= 0) return;
  window_ = std::max<Index>(2, std::llround(1 / fraction));
  windows_ = rows / window_;
}

Index HeldOut::held_out_row(Index number) const {
  return number * window_ + Random(seed_, Stream::held_out, static_cast<std::uint64_t>(number)).below(window_);
}

Index HeldOut::training_row(Index position) const {
  if (window_ == 0) return position;
  const Index window = position / (window_ - 1);
  if (window >= windows_) return position + windows_;
  const Index row = position + window;  // as if the window's held-out row were its last
  return row < held_out_row(window) ? row : row + 1;
}

BatchPlan::BatchPlan(Index rows, Index batch_size, std::uint64_t seed)
    : rows_(rows), batch_size_(std::min(batch_size, rows)), seed_(seed) {
  groups_ = (batch_size_ + lane_count - 1) / lane_count;
  for (Index b = 0; b < groups_; ++b)
    steps_ = std::max(steps_, (block_range(b).size() + group_size(b) - 1) / group_size(b));
}

// Borders in proportion, so that a block's share of the rows is its group's share of the batch.
Shard BatchPlan::part(Index total, Index block) const {
  const Shard samples = Shard::of(batch_size_, static_cast<int>(block), static_cast<int>(groups_));
  if (total == batch_size_) return samples;
  const auto border = [&](Index at) {
    return static_cast<Index>(static_cast<long double>(at) * static_cast<long double>(total) /
                              static_cast<long double>(batch_size_));
  };
  return {total, border(samples.begin), border(samples.end)};
}

Index BatchPlan::samples(Index step) const {
  Index n = 0;
  for (Index b = 0; b < groups_; ++b) n += group(step, b).size();
  return n;
}

Shard BatchPlan::positions(int rank, int ranks) const {
  const Shard mine = blocks(rank, ranks);
  if (mine.size() == 0) return {rows_, 0, 0};
  return {rows_, block_range(mine.begin).begin, block_range(mine.end - 1).end};
}

std::vector<Index> BatchPlan::order(Index epoch, Index block) const {
  const Shard range = block_range(block);
  std::vector<Index> order(static_cast<std::size_t>(range.size()));
  std::iota(order.begin(), order.end(), range.begin);
  Random random(seed_, Stream::batch_order,
                static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint64_t>(block));
  for (Index i = range.size() - 1; i > 0; --i)
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(random.below(i + 1))]);
  return order;
}

Shard BatchPlan::group(Index step, Index block) const {
  const Index size = group_size(block), rows = block_range(block).size();
  return {rows, std::min(rows, step * size), std::min(rows, (step + 1) * size)};
}

}  // namespace shoal
