#include "shoal/methods/my_blocks.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace shoal {

Shard my_shard(const Communicator& comm, Index global_rows) {
  return RowBlocks::of(global_rows).shard(comm.rank(), comm.size());
}

std::vector<MyBlock> my_blocks(const Communicator& comm, Index my_rows, Index global_rows) {
  const RowBlocks blocks = RowBlocks::of(global_rows);
  const Shard shard = my_shard(comm, global_rows);
  if (my_rows != shard.size())
    throw std::logic_error("Rank " + std::to_string(comm.rank()) + " holds " + std::to_string(my_rows) + " of " +
                           std::to_string(global_rows) + " rows; its shard of their blocks has " +
                           std::to_string(shard.size()) + ".");
  std::vector<MyBlock> mine;
  for (Index first = 0; first < my_rows; first += blocks.block_rows)
    mine.push_back({first, std::min(blocks.block_rows, my_rows - first)});
  return mine;
}

}  // namespace shoal
