#include "shoal/methods/pair_repulsion.hpp"

#include <algorithm>

#include "shoal/math/mutual_repulsion.hpp"
#include "shoal/parallel/exchange.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {
namespace {

/// Three sums a point, rank by rank: each rank's kernel sums, then its forces along x, then along y.
std::vector<std::int64_t> by_rank(const std::vector<std::int64_t>& sums, Index n, const std::vector<Index>& begins) {
  std::vector<std::int64_t> parts(sums.size());
  auto to = parts.begin();
  for (std::size_t r = 0; r + 1 < begins.size(); ++r)
    for (Index quantity = 0; quantity < 3; ++quantity)
      to = std::copy_n(sums.begin() + quantity * n + begins[r], begins[r + 1] - begins[r], to);
  return parts;
}

}  // namespace

Repulsion pair_repulsion(const Communicator& comm, const Points& points) {
  const Index n = points.size();
  const auto size = static_cast<std::size_t>(n);
  const MutualRepulsion pairs(points);
  std::vector<std::int64_t> sums(3 * size, 0);
  const std::span<std::int64_t> all(sums);
  pairs.add(comm.rank(), comm.size(), all.first(size), all.subspan(size, size), all.subspan(2 * size));

  std::vector<Index> begins, thrice;
  for (int r = 0; r < comm.size(); ++r) begins.push_back(RowBlocks::of(n).shard(r, comm.size()).begin);
  begins.push_back(n);
  for (const Index begin : begins) thrice.push_back(3 * begin);
  const std::vector<std::int64_t> mine = sum_parts(comm, by_rank(sums, n, begins), thrice);

  Repulsion repulsion(std::ssize(mine) / 3);
  const std::size_t count = repulsion.x.size();
  const auto value = [&](std::size_t i) { return static_cast<double>(mine[i]) * pairs.unit(); };
  for (std::size_t i = 0; i < count; ++i) {
    repulsion.kernel_sums[i] = value(i) - 1;  // the point itself
    repulsion.x[i] = static_cast<float>(value(count + i));
    repulsion.y[i] = static_cast<float>(value(2 * count + i));
  }
  return repulsion;
}

}  // namespace shoal
