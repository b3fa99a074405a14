#include "shoal/methods/map_start.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/core/random.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/methods/pca.hpp"
#include "shoal/parallel/exchange.hpp"

namespace shoal {
namespace {

constexpr float deviation = 1e-4f;

}  // namespace

void share_points(const Communicator& comm, Points& points) {
  const RowBlocks blocks = RowBlocks::of(points.size());
  const auto n = static_cast<std::size_t>(points.size());
  std::vector<Shard> shards;
  std::vector<Index> begins;
  for (int r = 0; r < comm.size(); ++r) {
    shards.push_back(blocks.shard(r, comm.size()));
    begins.push_back(2 * shards.back().begin);
  }
  begins.push_back(2 * points.size());
  // In one message: of each rank its x, then its y.
  std::vector<float> all(2 * n);
  const Shard mine = shards[static_cast<std::size_t>(comm.rank())];
  std::copy_n(points.x.data() + mine.begin, mine.size(), all.data() + 2 * mine.begin);
  std::copy_n(points.y.data() + mine.begin, mine.size(), all.data() + 2 * mine.begin + mine.size());
  share_parts(comm, all, begins);
  for (const Shard& shard : shards) {
    std::copy_n(all.data() + 2 * shard.begin, shard.size(), points.x.data() + shard.begin);
    std::copy_n(all.data() + 2 * shard.begin + shard.size(), shard.size(), points.y.data() + shard.begin);
  }
}

Points starting_points(const Communicator& comm, const Matrix& rows, Index global_rows, MapStart start,
                       std::uint64_t seed) {
  const Shard shard = my_shard(comm, global_rows);
  Points points(global_rows);
  for (Index row = shard.begin; row < shard.end; ++row) {
    Random random(seed, Stream::map_start, static_cast<std::uint64_t>(row));
    points.x[static_cast<std::size_t>(row)] = deviation * static_cast<float>(random.normal());
    points.y[static_cast<std::size_t>(row)] = deviation * static_cast<float>(random.normal());
  }
  if (start == MapStart::pca) {
    const Index axes = std::min<Index>(2, rows.cols());
    const Pca pca = fit_pca(comm, source_of(rows), global_rows, {.components = axes});
    const Matrix scores = transform(pca, rows);
    for (Index axis = 0; axis < axes; ++axis) {
      if (!(pca.explained_variance[axis] > 0)) continue;
      const auto scale = static_cast<float>(static_cast<double>(deviation) / std::sqrt(pca.explained_variance[0]));
      AlignedVector<float>& to = axis == 0 ? points.x : points.y;
      for (Index i = 0; i < shard.size(); ++i) to[static_cast<std::size_t>(shard.begin + i)] = scale * scores(i, axis);
    }
  }
  share_points(comm, points);
  return points;
}

}  // namespace shoal
