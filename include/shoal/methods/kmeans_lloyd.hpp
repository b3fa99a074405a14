#pragma once
#include <cstdint>
#include <vector>

#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {

/// The two steps of Lloyd's algorithm on the rows of all ranks: assign() every row to its nearest centre, then
/// move_centers() to the means of their rows. Sums are exact, so all ranks hold the same centres, sizes and inertia,
/// with the same bits for any number of ranks. See fit_kmeans for the rules.
class Lloyd {
 public:
  /// rows: this rank's shard of RowBlocks::of(global_rows), (.., d), kept by reference; `magnitude`: their
  /// largest_magnitude.
  Lloyd(const Communicator& comm, const Matrix& rows, Index global_rows, double magnitude, Index k);

  /// Labels and squared distances of my rows about `centers` (k, d); sizes, inertia and the sums of each cluster's rows
  /// over all ranks. Collective.
  void assign(const MatrixD& centers);

  /// The means of the clusters of the last assign(centers); an empty cluster takes the farthest row, or keeps its
  /// centre where no row is off its own. Collective. Call it once after an assign.
  MatrixD move_centers(const MatrixD& centers);

  const std::vector<std::int32_t>& labels() const { return labels_; }        ///< of my rows
  const std::vector<double>& squared_distances() const { return squared_; }  ///< of my rows, until centres move
  const std::vector<std::int64_t>& sizes() const { return sizes_; }          ///< of the clusters, until centres move
  double inertia() const { return inertia_; }
  Index changed_labels() const { return changed_; }  ///< rows of all ranks with another label than before
  Index repairs() const { return repairs_; }         ///< rows that empty clusters took so far

 private:
  void fill_empty_cluster(Index empty, MatrixD& sums);

  const Communicator& comm_;
  const Matrix& rows_;
  double magnitude_;
  Index k_;
  Shard shard_;
  Index block_rows_;
  std::vector<MyBlock> blocks_;
  std::vector<std::int32_t> labels_;
  std::vector<double> squared_;
  std::vector<std::int64_t> sizes_;
  ExactSum sums_;    // (k, d)
  MatrixD partial_;  // (k, d): the sums of one block
  double inertia_ = 0;
  Index changed_ = 0;
  Index repairs_ = 0;
};

}  // namespace shoal
