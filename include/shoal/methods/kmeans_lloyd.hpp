#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "shoal/methods/bounded_search.hpp"
#include "shoal/methods/kmeans_rows.hpp"

namespace shoal {

/// The two steps of Lloyd's algorithm on the rows of all ranks: assign() every row to its nearest centre, then
/// move_centers() to the means of their rows. Sums are exact, so they follow the rows that change their label and need
/// not be added up anew, and all ranks hold the same centres, sizes and inertia, with the same bits for any number of
/// ranks. See fit_kmeans for the rules.
class Lloyd {
 public:
  /// `rows` is kept by reference. Labels are searched by search_all while at least `all_above` of the rows changed
  /// theirs in the last assign, and by BoundedSearch after that: 0: always the former; 2: never. `unit`: centres are
  /// scaled to length 1 (spherical k-means).
  Lloyd(const Communicator& comm, const KMeansRows& rows, Index k, double all_above, bool unit);

  /// Forgets the labels: another start begins.
  void start_over();

  /// Labels of my rows about `centers` (k, d); sizes, inertia and the sums of each cluster's rows over all ranks.
  /// Collective.
  void assign(const MatrixD& centers);

  /// The means of the clusters of the last assign(centers); an empty cluster takes the farthest row, or keeps its
  /// centre where no row is off its own. Collective. Call it once after an assign.
  MatrixD move_centers(const MatrixD& centers);

  /// The squared distances of my rows to their centres, in double. Local; errors of reading on this rank alone.
  std::vector<double> squared_distances(const MatrixD& centers) const;

  const std::vector<std::int32_t>& labels() const { return labels_; }       ///< of my rows
  const std::vector<std::int64_t>& sizes() const { return totals_.sizes; }  ///< rows of the clusters, all ranks'
  /// sum w |x - c|^2 of the last assign, from the clusters' sums: sum w |x|^2 + sum_c (W_c |c|^2 - 2 c S_c), about the
  /// rows' origin, in long double.
  double inertia() const { return inertia_; }
  Index changed_labels() const { return changed_; }  ///< rows of all ranks with another label than before
  Index repairs() const { return repairs_; }         ///< rows that empty clusters took so far

 private:
  void search(const MatrixD& centers, const OnLabelChanges& follow);
  void fill_empty_clusters(const MatrixD& centers, ClusterSums::Totals& totals);
  bool fill_empty_cluster(Index empty, std::vector<double>& squared, ClusterSums::Totals& totals);
  double inertia_about(const MatrixD& centers) const;

  const Communicator& comm_;
  const KMeansRows& rows_;
  Index k_;
  double all_above_;
  bool unit_;
  std::vector<std::int32_t> labels_;
  ClusterSums sums_;                    // of my rows
  ClusterSums::Totals totals_;          // of all rows
  std::optional<CompactRows> compact_;  // from the second full search on, where it pays
  std::optional<BoundedSearch> bounded_;
  Index searches_ = 0;  // full ones
  double inertia_ = 0;
  Index changed_ = 0;  // of all rows in the last assign
  Index repairs_ = 0;
};

/// Scales each centre to length 1; one of length 0 is taken from `before`.
void scale_to_unit(MatrixD& centers, const MatrixD& before);

}  // namespace shoal
