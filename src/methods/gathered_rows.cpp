#include "shoal/methods/gathered_rows.hpp"

#include <algorithm>

#include "shoal/parallel/agreement.hpp"

namespace shoal {

Matrix gather_rows(const Communicator& comm, const RowSource& source, const std::vector<Index>& rows,
                   const std::vector<Index>& places, Index count) {
  const auto d = static_cast<std::size_t>(source.width);
  const std::vector<float> mine = agree(comm, [&] {
    std::vector<float> values(rows.size() * d);
    for (std::size_t i = 0; i < rows.size(); ++i) source.read(rows[i], 1).to_floats(0, values.data() + i * d);
    return values;
  });
  const std::vector<float> all = comm.concatenate(std::span<const float>(mine));
  const std::vector<std::int64_t> where = comm.concatenate(std::span<const std::int64_t>(places));
  Matrix gathered(count, source.width);
  for (std::size_t i = 0; i < where.size(); ++i) std::copy_n(all.data() + i * d, d, gathered.row(where[i]).data());
  return gathered;
}

Matrix gather_rows(const Communicator& comm, const KMeansRows& rows, const std::vector<Index>& global) {
  const Shard shard = my_shard(comm, rows.global);
  std::vector<Index> mine, places;
  for (std::size_t i = 0; i < global.size(); ++i)
    if (shard.owns(global[i])) {
      mine.push_back(global[i] - shard.begin);
      places.push_back(static_cast<Index>(i));
    }
  return gather_rows(comm, rows.source, mine, places, static_cast<Index>(global.size()));
}

}  // namespace shoal
