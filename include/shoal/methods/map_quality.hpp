#pragma once
#include <cstdint>
#include <span>

#include "shoal/core/matrix.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// How faithful a map is to the rows it shows.
struct MapQuality {
  Index neighbors = 0;  ///< k
  Index sample = 0;     ///< the measures are means over so many rows, s: all of them, or one drawn from each stretch
  /// 1 - 2 / (s k (2 n - 3 k - 1)) sum_i sum_j max(0, r(i, j) - k) over the k nearest j of i in the map, r the rank of
  /// j among the neighbours of i in the data. 1 where no stranger comes near. Venna, Kaski 2001, doi
  /// 10.1007/3-540-44668-0_68.
  double trustworthiness = 0;
  double preservation = 0;      ///< share of the k nearest in the map that are among the k nearest in the data
  double nearest_accuracy = 0;  ///< share of rows whose nearest in the map has their label; NaN without labels
  double kmeans_accuracy = 0;   ///< of all rows, under k-means of the map with a cluster a class; NaN without labels
};

/// Measures a map by k = 15 neighbours (fewer where n < 32). rows (.., d), embedding (.., 2), labels (.., or none): of
/// this rank's shard of RowBlocks::of(global_rows), n >= 4. Exact up to 5,000 rows, beyond by a sample of 2,000:
/// O(sample n d / ranks) work. All ranks get the same, for any number of ranks. Collective.
MapQuality measure_map(const Communicator& comm, const Matrix& rows, Index global_rows, const Matrix& embedding,
                       std::span<const std::int64_t> labels = {}, std::uint64_t seed = 0);

}  // namespace shoal
