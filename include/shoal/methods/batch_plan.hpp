#pragma once
#include <vector>

#include "shoal/core/lanes.hpp"
#include "shoal/core/random.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {

/// Which rows are held out of training: one of every `window` consecutive rows, drawn from (seed, window number).
/// Any rank can tell of any row without asking another.
class HeldOut {
 public:
  /// About `fraction` of `rows` (0 <= fraction <= 0.5); none for 0 and for data too small to spare a row.
  HeldOut(Index rows, double fraction, std::uint64_t seed);

  Index rows() const { return rows_; }
  Index held_out_count() const { return windows_; }
  Index training_count() const { return rows_ - windows_; }
  /// The global row at training position `position` (0 <= position < training_count()); ascending.
  Index training_row(Index position) const;
  /// The global row of held-out number `number`; ascending.
  Index held_out_row(Index number) const;

 private:
  Index rows_;
  std::uint64_t seed_;
  Index window_ = 0;   // rows in a window; 0 when nothing is held out
  Index windows_ = 0;  // whole windows: what is left over at the end is trained on
};

/// How rows become batches, independent of the number of ranks.
///
/// A batch is made of lane groups of up to 16 samples; group g of every batch is drawn from block g of the rows, one of
/// `groups()` contiguous, equal blocks. A rank owns whole blocks, so it computes whole groups, and a group's arithmetic
/// never depends on who computes it. Each epoch reshuffles each block from (seed, epoch, block) and goes through it
/// once (BlockOrder); the last batch of an epoch is smaller when the rows do not divide.
///
/// A block of more than window_rows() rows is shuffled on two levels, so that it can be read from a file window by
/// window: chunks of chunk_rows() consecutive rows in random order, then the rows of as many chunks as make a window.
/// Both depend on the data's shape and the batch alone, so that the order is the same in memory.
class BatchPlan {
 public:
  /// Batches of `batch_size` (at most `rows`) of `rows` training positions of `row_elements` numbers each.
  BatchPlan(Index rows, Index batch_size, std::uint64_t seed, Index row_elements = 1);
  Index rows() const { return rows_; }
  Index batch_size() const { return batch_size_; }
  /// Lane groups in a batch, hence blocks of rows, hence the largest number of ranks that have work.
  Index groups() const { return groups_; }
  Index steps() const { return steps_; }
  /// Samples in batch `step`: batch_size() but for the last.
  Index samples(Index step) const;

  /// The blocks (and groups) of a rank, and the training positions that it therefore holds.
  Shard blocks(int rank, int ranks) const { return Shard::of(groups_, rank, ranks); }
  Shard positions(int rank, int ranks) const;

  /// Rows of a block that are shuffled together: over all blocks 65,536, or fewer where those had more than 2^28
  /// numbers. A multiple of chunk_rows().
  Index window_rows() const { return window_rows_; }
  /// Consecutive rows that stay in one window: about 2^16 numbers, and at most a sixteenth of a window.
  Index chunk_rows() const { return chunk_rows_; }
  std::uint64_t seed() const { return seed_; }
  /// The training positions of a block.
  Shard block_range(Index block) const { return part(rows_, block); }

  /// The order in which block `block` is gone through in `epoch`: its training positions. All windows of its
  /// BlockOrder.
  std::vector<Index> order(Index epoch, Index block) const;
  /// Where in that order group `block` of batch `step` lies: [begin, end), up to 16 long, empty at the very end.
  Shard group(Index step, Index block) const;

 private:
  Index group_size(Index block) const { return part(batch_size_, block).size(); }
  Shard part(Index total, Index block) const;

  Index rows_, batch_size_;
  std::uint64_t seed_;
  Index groups_ = 0, steps_ = 0;
  Index window_rows_ = 0, chunk_rows_ = 0;
};

/// Rows of a block that are shuffled together.
struct ShuffleWindow {
  std::vector<Shard> chunks;  ///< runs of training positions, in the order in which they were drawn
  std::vector<Index> order;   ///< the samples in turn, as numbers in the chunks laid end to end
};

/// The order in which one block is gone through in one epoch, a window at a time: a function of (seed, epoch, block)
/// and the plan. A block of one window is a Fisher-Yates shuffle of all its rows.
class BlockOrder {
 public:
  BlockOrder(const BatchPlan& plan, Index epoch, Index block);

  bool at_end() const { return next_ == chunks_.size(); }

  /// The next window; not at the end.
  ShuffleWindow next();

 private:
  Index window_rows_;
  std::vector<Shard> chunks_;
  std::size_t next_ = 0;
  Random random_;
};

}  // namespace shoal
