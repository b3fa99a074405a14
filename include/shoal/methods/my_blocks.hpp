#pragma once
#include <vector>

#include "shoal/parallel/communicator.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {

/// Rows [first, first + count) of a rank's own rows: one block of RowBlocks.
struct MyBlock {
  Index first = 0;
  Index count = 0;
};

/// The whole blocks of RowBlocks::of(global_rows) that make up this rank's rows, in order.
/// Throws std::logic_error when `my_rows` is not the size of this rank's shard of them. Not collective.
std::vector<MyBlock> my_blocks(const Communicator& comm, Index my_rows, Index global_rows);

/// This rank's shard of RowBlocks::of(global_rows).
Shard my_shard(const Communicator& comm, Index global_rows);

}  // namespace shoal
