#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "shoal/core/row_source.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// How much closer rows are to their own cluster than to the next: s_i = (b_i - a_i) / max(a_i, b_i), a_i the mean
/// distance to the other rows of its cluster, b_i the least mean distance to the rows of another; 0 for a row that is
/// alone in its cluster.
struct Silhouette {
  double mean = 0;                 ///< over `rows`; NaN for fewer than two clusters
  std::vector<double> by_cluster;  ///< (k) means; NaN where none of the rows is in the cluster
  Index rows = 0;                  ///< all, or the size of the sample
  std::vector<float> values;       ///< s_i of my rows; empty of a sample
};

/// Multiply-adds that the silhouette of `rows` rows of d numbers takes, over all ranks: rows^2 d.
double silhouette_multiply_adds(Index rows, Index d);

/// The silhouette of the clusters that `labels` (0 .. k-1) make of the rows, exactly: all pairs of all rows, or of a
/// sample of so many that the seed draws from all (`sample`; 0 or at least all rows: all). Rousseeuw 1987,
/// doi:10.1016/0377-0427(87)90125-7.
///
/// rows: this rank's shard of RowBlocks::of(global_rows), (.., d), finite; labels: of these rows. O(rows^2 d / ranks)
/// work; the rows go round all ranks in pieces, so that no rank holds them all, once for every 64 MiB of a rank's
/// rows; a sample is held by all ranks. Distances in float, their sums in double, in the order of all rows: the same
/// bits for any number of ranks. Collective; `on_progress` is told the share that is done, on all ranks.
Silhouette silhouette(const Communicator& comm, const RowSource& rows, std::span<const std::int32_t> labels,
                      Index global_rows, Index k, Index sample = 0, std::uint64_t seed = 0,
                      const std::function<void(double share)>& on_progress = {});

}  // namespace shoal
