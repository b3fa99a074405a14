#include "shoal/methods/batch_feed.hpp"

#include <algorithm>
#include <cstring>

namespace shoal {
namespace {

std::size_t size(Index n) {
  return static_cast<std::size_t>(n);
}

}  // namespace

BatchFeed::BatchFeed(const HeldOut& held_out, const BatchPlan& plan, Shard blocks, const RowSource& rows,
                     Index first_row)
    : held_out_(held_out),
      plan_(plan),
      blocks_(blocks),
      rows_(rows),
      first_row_(first_row),
      by_block_(size(blocks.size())),
      used_(by_block_.size()),
      local_rows_(by_block_.size() * lane_count),
      global_rows_(local_rows_.size()) {
  if (rows_.in_memory()) {
    in_memory_ = rows_.read(0, rows_.count);
    return;
  }
  samples_.resize(local_rows_.size() * size(rows_.row_bytes()));
  for (Index i = 0; i < std::ssize(local_rows_); ++i) local_rows_[size(i)] = i;
  if (rows_.copies_beside) thread_.emplace();
}

void BatchFeed::begin_epoch(Index epoch) {
  for (Index b = 0; b < blocks_.size(); ++b) {
    Block& block = by_block_[size(b)];
    block.order.emplace(plan_, epoch, blocks_.begin + b);
    block.now = {};
    block.taken = 0;
    prepare_next(block);
  }
}

void BatchFeed::begin_step(Index step) {
  for (Index b = 0; b < blocks_.size(); ++b) {
    used_[size(b)] = plan_.group(step, blocks_.begin + b).size();
    for (Index i = 0; i < used_[size(b)]; ++i) take(by_block_[size(b)], size(b * lane_count + i));
  }
}

BatchFeed::Group BatchFeed::group(Index number) const {
  const std::size_t first = size(number * lane_count), count = size(used_[size(number)]);
  return {rows_.in_memory() ? in_memory_ : RowView{rows_.type, std::ssize(local_rows_), rows_.width, samples_.data()},
          std::span(local_rows_).subspan(first, count), std::span(global_rows_).subspan(first, count)};
}

// Puts the block's next sample to the `sample`th place of the step.
void BatchFeed::take(Block& block, std::size_t sample) {
  if (block.taken == block.now.order.size()) {
    if (block.next.read.valid()) block.next.read.get();
    std::swap(block.now, block.next);
    block.taken = 0;
    prepare_next(block);
  }
  const std::size_t at = size(block.now.order[block.taken++]);
  global_rows_[sample] = block.now.global_rows[at];
  if (rows_.in_memory()) {
    local_rows_[sample] = block.now.places[at];
    return;
  }
  const std::size_t row_bytes = size(rows_.row_bytes());
  std::memcpy(samples_.data() + sample * row_bytes, block.now.bytes.data() + size(block.now.places[at]) * row_bytes,
              row_bytes);
}

// Lays out the block's next window and, where rows are in a file, begins to read it: whole chunks, with the held-out
// rows among them, since a chunk is one piece of the file.
void BatchFeed::prepare_next(Block& block) {
  if (block.order->at_end()) return;
  ShuffleWindow shuffled = block.order->next();
  Window& window = block.next;
  window.order = std::move(shuffled.order);
  window.global_rows.clear();
  window.places.clear();
  std::vector<Shard> pieces;  // of my rows
  Index rows_before = 0;
  for (const Shard& chunk : shuffled.chunks) {
    const Index first = held_out_.training_row(chunk.begin), last = held_out_.training_row(chunk.end - 1);
    for (Index p = chunk.begin; p < chunk.end; ++p) {
      const Index row = held_out_.training_row(p);
      window.global_rows.push_back(row);
      window.places.push_back(rows_.in_memory() ? row - first_row_ : rows_before + row - first);
    }
    pieces.push_back({rows_.count, first - first_row_, last + 1 - first_row_});
    rows_before += last + 1 - first;
  }
  if (rows_.in_memory()) return;
  window.bytes.resize(size(rows_before * rows_.row_bytes()));
  const auto read = [this, pieces = std::move(pieces), into = window.bytes.data()]() mutable {
    for (const Shard& piece : pieces) {
      rows_.copy(piece.begin, piece.size(), into);
      into += piece.size() * rows_.row_bytes();
    }
  };
  window.read = thread_ ? thread_->run(read) : std::async(std::launch::deferred, read);
}

double BatchFeed::streaming_bytes(const HeldOut& held_out, const BatchPlan& plan, Index blocks, Index row_bytes) {
  if (blocks == 0) return 0;
  Index window = 0;
  for (Index b = 0; b < plan.groups(); ++b)
    window = std::max(window, std::min(plan.window_rows(), plan.block_range(b).size()));
  // The held-out rows of each chunk, one of so many, and one more where they do not divide.
  const double with_held_out =
      static_cast<double>(window) * static_cast<double>(held_out.rows()) /
          static_cast<double>(held_out.training_count()) +
      static_cast<double>(held_out.held_out_count() > 0 ? window / std::min(window, plan.chunk_rows()) : 0);
  return static_cast<double>(blocks) * (2 * with_held_out + lane_count) * static_cast<double>(row_bytes);
}

}  // namespace shoal
