#include "minibatch_start.hpp"

#include <algorithm>

#include "shoal/methods/gathered_rows.hpp"
#include "shoal/methods/kmeans_lloyd.hpp"
#include "shoal/methods/kmeans_results.hpp"
#include "shoal/methods/row_batches.hpp"

namespace shoal {

MatrixD best_start(const Communicator& comm, const KMeansRows& rows, const KMeansOptions& options,
                   const MiniBatchOptions& batches, KMeansResult& result) {
  if (options.start_centers) return start_centers(comm, rows, options, 0);
  const RowBatches sample(comm, rows, 3 * std::max(batches.batch_size, options.k), options.seed, Stream::kmeans_start);
  std::vector<Index> numbers;
  for (Index place = 0; place < sample.size(); ++place) numbers.push_back(sample.row(Index{1} << 32, place));
  const Matrix all = gather_rows(comm, rows, numbers);
  const Shard shard = my_shard(comm, all.rows());
  const Matrix mine = all.middleRows(shard.begin, shard.size());
  const RowSource source = source_of(mine);
  const KMeansRows few = look_at_rows(comm, source, {}, all.rows());
  MatrixD best;
  for (Index start = 0; start < options.n_init; ++start) {
    const MatrixD centers = start_centers(comm, few, options, start);
    Lloyd lloyd(comm, few, options.k, 0, false);
    lloyd.assign(centers);
    result.inertias.push_back(lloyd.inertia());
    if (start > 0 && !(lloyd.inertia() < result.inertias[static_cast<std::size_t>(result.best_start)])) continue;
    best = centers;
    result.best_start = start;
  }
  return best;
}

}  // namespace shoal
