#pragma once
#include <algorithm>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// The contiguous range [begin, end) of an array's `global` rows that one rank holds. It may be empty.
struct Shard {
  Index global = 0;
  Index begin = 0;
  Index end = 0;

  Index size() const { return end - begin; }
  bool owns(Index row) const { return begin <= row && row < end; }
  bool operator==(const Shard&) const = default;

  /// An even share of `global` things for `rank` of `ranks`: sizes differ by one at most.
  static Shard of(Index global, int rank, int ranks) {
    const auto border = [&](Index r) { return r * (global / ranks) + std::min(r, global % ranks); };
    return {global, border(rank), border(rank + 1)};
  }
};

/// The fixed blocks in which rows are summed. Their borders depend on the number of rows alone, never on ranks, so
/// that the arithmetic inside a block is the same whoever does it.
struct RowBlocks {
  Index rows = 0;
  Index block_rows = 1;

  /// At most 256 blocks, of a whole number of lane groups.
  static RowBlocks of(Index rows) {
    constexpr Index most_blocks = 256, granule = 16;
    const Index even = (rows + most_blocks - 1) / most_blocks;
    return {rows, std::max(granule, (even + granule - 1) / granule * granule)};
  }

  Index count() const { return (rows + block_rows - 1) / block_rows; }
  Index begin(Index block) const { return block * block_rows; }
  Index end(Index block) const { return std::min(rows, (block + 1) * block_rows); }

  /// The rows of `rank`'s whole blocks.
  Shard shard(int rank, int ranks) const {
    const Shard blocks = Shard::of(count(), rank, ranks);
    return {rows, std::min(rows, begin(blocks.begin)), std::min(rows, begin(blocks.end))};
  }
};

}  // namespace shoal
