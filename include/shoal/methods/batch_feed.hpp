#pragma once
#include <future>
#include <optional>
#include <span>
#include <vector>

#include "shoal/core/background_thread.hpp"
#include "shoal/core/row_source.hpp"
#include "shoal/methods/batch_plan.hpp"

namespace shoal {

/// Hands a rank the samples of each batch, in the order of the batch plan. From rows in memory it only says which they
/// are. From rows in a file it holds two windows of each block: one from which samples are taken, and the next, which
/// is read meanwhile. Local.
class BatchFeed {
 public:
  /// `blocks`: this rank's, of the plan. `rows`: its rows, of which the first is global row `first_row`.
  /// All are to live as long as the feed.
  BatchFeed(const HeldOut& held_out, const BatchPlan& plan, Shard blocks, const RowSource& rows, Index first_row);

  void begin_epoch(Index epoch);

  /// Goes on to the samples of `step`, which follows the step before. Errors: those of reading the file.
  void begin_step(Index step);

  /// The samples of one lane group in this step, until the next.
  struct Group {
    RowView data;
    std::span<const Index> rows;         ///< in `data`
    std::span<const Index> global_rows;  ///< of the dataset
  };
  Group group(Index number) const;

  /// Memory for windows of rows in a file, beyond what the same takes with rows in memory.
  static double streaming_bytes(const HeldOut& held_out, const BatchPlan& plan, Index blocks, Index row_bytes);

 private:
  struct Window {
    std::vector<Index> order;        // the samples in turn
    std::vector<Index> global_rows;  // of the window's rows as they were laid out
    std::vector<Index> places;       // where each is in `bytes`, or among the rank's rows in memory
    std::vector<std::byte> bytes;
    std::future<void> read;
  };
  struct Block {
    std::optional<BlockOrder> order;
    Window now, next;
    std::size_t taken = 0;  // of now.order
  };

  void take(Block& block, std::size_t sample);
  void prepare_next(Block& block);

  const HeldOut& held_out_;
  const BatchPlan& plan_;
  Shard blocks_;
  const RowSource& rows_;
  Index first_row_;
  RowView in_memory_;
  std::vector<Block> by_block_;
  std::vector<Index> used_;         // samples, by group
  std::vector<Index> local_rows_;   // lane_count a group
  std::vector<Index> global_rows_;  // lane_count a group
  std::vector<std::byte> samples_;  // the step's, copied out of their windows
  std::optional<BackgroundThread> thread_;
};

}  // namespace shoal
