#include "shoal/methods/batch_plan.hpp"

#include <cmath>
#include <numeric>

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

namespace {

void shuffle(auto& values, Random& random) {
  for (Index i = std::ssize(values) - 1; i > 0; --i)
    std::swap(values[static_cast<std::size_t>(i)], values[static_cast<std::size_t>(random.below(i + 1))]);
}

}  // namespace

BatchPlan::BatchPlan(Index rows, Index batch_size, std::uint64_t seed, Index row_elements)
    : rows_(rows), batch_size_(std::min(batch_size, rows)), seed_(seed) {
  groups_ = (batch_size_ + lane_count - 1) / lane_count;
  for (Index b = 0; b < groups_; ++b)
    steps_ = std::max(steps_, (block_range(b).size() + group_size(b) - 1) / group_size(b));
  constexpr Index most_rows = Index{1} << 16, most_elements = Index{1} << 28, chunk_elements = Index{1} << 16;
  const Index window = std::max(lane_count, std::min(most_rows, most_elements / row_elements) / groups_);
  chunk_rows_ = std::clamp<Index>(chunk_elements / row_elements, 1, window / 16);
  window_rows_ = window / chunk_rows_ * chunk_rows_;
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
  std::vector<Index> order, laid_out;
  for (BlockOrder windows(*this, epoch, block); !windows.at_end();) {
    const ShuffleWindow window = windows.next();
    laid_out.clear();
    for (const Shard& chunk : window.chunks)
      for (Index p = chunk.begin; p < chunk.end; ++p) laid_out.push_back(p);
    for (const Index i : window.order) order.push_back(laid_out[static_cast<std::size_t>(i)]);
  }
  return order;
}

Shard BatchPlan::group(Index step, Index block) const {
  const Index size = group_size(block), rows = block_range(block).size();
  return {rows, std::min(rows, step * size), std::min(rows, (step + 1) * size)};
}

BlockOrder::BlockOrder(const BatchPlan& plan, Index epoch, Index block)
    : window_rows_(plan.window_rows()),
      random_(plan.seed(), Stream::batch_order,
              static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint64_t>(block)) {
  const Shard range = plan.block_range(block);
  if (range.size() <= window_rows_) {
    if (range.size() > 0) chunks_.push_back(range);
    return;
  }
  for (Index p = range.begin; p < range.end; p += plan.chunk_rows())
    chunks_.push_back({range.global, p, std::min(range.end, p + plan.chunk_rows())});
  shuffle(chunks_, random_);
}

ShuffleWindow BlockOrder::next() {
  ShuffleWindow window;
  Index rows = 0;
  for (; next_ < chunks_.size() && rows + chunks_[next_].size() <= window_rows_; ++next_) {
    window.chunks.push_back(chunks_[next_]);
    rows += chunks_[next_].size();
  }
  window.order.resize(static_cast<std::size_t>(rows));
  std::iota(window.order.begin(), window.order.end(), Index{0});
  shuffle(window.order, random_);
  return window;
}

}  // namespace shoal
