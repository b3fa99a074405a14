#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "shoal/math/assignment.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// How well clusters agree with known classes (math/clustering_scores.hpp has the formulas).
struct ClusterScores {
  std::vector<std::int64_t> class_values;  ///< the distinct labels of all ranks, ascending
  MatrixI contingency;                     ///< (classes, clusters): rows of each class in each cluster
  double accuracy = 0;                     ///< under the best one-to-one matching
  double purity = 0;
  double nmi = 0;                       ///< normalised mutual information, arithmetic
  double ari = 0;                       ///< adjusted Rand index
  std::vector<Index> class_of_cluster;  ///< (clusters): the matching, as index into class_values; -1: none
};

/// Scores the predicted clusters 0 .. k-1 of this rank's rows against their labels; both of the same length, in the
/// same order, spread over ranks in any way. Counts are exact, so all ranks get the same for any number of ranks.
/// `clusters`: k if it is known; else the largest prediction + 1. Collective.
///
/// Errors, on all ranks: input when lengths differ or a prediction is outside 0 .. k-1.
ClusterScores score_clusters(const Communicator& comm, std::span<const std::int64_t> labels,
                             std::span<const std::int32_t> predicted, Index clusters = 0);

/// The mean of a quantity over the rows of each class.
struct ClassMeans {
  std::vector<std::int64_t> class_values;  ///< distinct labels of all ranks, ascending
  std::vector<std::int64_t> counts;        ///< rows of each class
  std::vector<double> means;
};

/// The mean of `values` over each class, e.g. of reconstruction errors. labels and values: of this rank's shard of
/// RowBlocks::of(global_rows). Exactly summed: all ranks get the same for any number of ranks. Collective.
///
/// Errors, on all ranks: input when lengths differ; numerics for NaN or infinite values.
ClassMeans per_class_mean(const Communicator& comm, std::span<const std::int64_t> labels, std::span<const float> values,
                          Index global_rows);

}  // namespace shoal
