#pragma once
#include <vector>

#include "shoal/core/lanes.hpp"
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
/// once; the last batch of an epoch is smaller when the rows do not divide.
class BatchPlan {
 public:
  /// Batches of `batch_size` (at most `rows`) of `rows` training positions.
  BatchPlan(Index rows, Index batch_size, std::uint64_t seed);

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

  /// The order in which block `block` is gone through in `epoch`: its training positions, shuffled (Fisher, Yates).
  std::vector<Index> order(Index epoch, Index block) const;
  /// Where in that order group `block` of batch `step` lies: [begin, end), up to 16 long, empty at the very end.
  Shard group(Index step, Index block) const;

 private:
  Shard block_range(Index block) const { return part(rows_, block); }
  Index group_size(Index block) const { return part(batch_size_, block).size(); }
  Shard part(Index total, Index block) const;

  Index rows_, batch_size_;
  std::uint64_t seed_;
  Index groups_ = 0, steps_ = 0;
};

}  // namespace shoal
