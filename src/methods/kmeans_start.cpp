#include "shoal/methods/kmeans_start.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "shoal/methods/nearest_so_far.hpp"

namespace shoal {

MatrixD kmeans_plus_plus(const Communicator& comm, const KMeansRows& rows, Index k, std::uint64_t seed,
                         std::uint64_t start) {
  Random random(seed, Stream::kmeans_start, start);
  NearestSoFar nearest(comm, rows);
  const Index trials = 2 + static_cast<Index>(std::log(static_cast<double>(k)));
  MatrixD centers(k, rows.source.width);
  for (Index c = 0; c < k; ++c) {
    const Matrix candidates = nearest.draw(c == 0 ? 1 : trials, random);
    const Index best = nearest.take_best(candidates);
    centers.row(c) = candidates.row(best).cast<double>();
  }
  return centers;
}

MatrixD random_rows(const Communicator& comm, const KMeansRows& rows, Index k, std::uint64_t seed,
                    std::uint64_t start) {
  Random random(seed, Stream::kmeans_start, start);
  std::set<Index> taken;
  std::vector<Index> chosen;
  // Floyd's way of drawing k of n without a list of n (Bentley, Floyd 1987, doi:10.1145/30401.315746).
  for (Index last = rows.global - k; last < rows.global; ++last) {
    const Index row = random.below(last + 1);
    chosen.push_back(taken.contains(row) ? last : row);
    taken.insert(chosen.back());
  }
  return gather_rows(comm, rows, chosen).cast<double>();
}

}  // namespace shoal
