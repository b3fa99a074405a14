#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "shoal/core/row_data.hpp"

namespace shoal {

/// Row `row` goes from cluster `from` (-1: it was in none) to cluster `to`.
struct RowMove {
  Index row;
  std::int32_t from, to;
};

/// The sums of the rows of each cluster, exact whatever the order in which rows come and go, so that a row that changes
/// its cluster is taken from one sum and added to the other, and the sums are those of adding up everything anew.
///
/// Every column has a quantum, a power of two; a term w x is rounded to it, the same whenever it is met, and the whole
/// numbers are added modulo 2^64. For n terms a column keeps 62 - log2 n bits below its largest one (42 for a million
/// rows; a float has 24), 50 at most. Bytes without weights are whole numbers already.
class ClusterSums {
 public:
  /// largest (d): bounds of |w x| in each column, over all ranks; at most `most_terms` terms, over all ranks.
  /// `largest_weight` bounds the weights. `whole`: the terms are bytes, and the weights 1.
  ClusterSums(Index k, const VectorD& largest, double largest_weight, Index most_terms, bool whole);

  /// Forgets all rows.
  void clear();

  /// Moves rows of `rows` (bytes or floats). `weights`: of all of `rows`; null where they are 1.
  void move(const RowView& rows, std::span<const RowMove> moves, const float* weights = nullptr);

  /// Rows of each cluster, this rank's, then what the other arrays hold: whole numbers to be added up over ranks.
  std::span<const std::int64_t> words() const { return words_; }

  struct Totals {
    MatrixD sums;                     ///< (k, d): sum of w x
    std::vector<double> weights;      ///< (k): sum of w
    std::vector<std::int64_t> sizes;  ///< (k): rows
  };

  /// What words say that were added up over all ranks. Sums are rounded to double once.
  Totals totals(std::span<const std::int64_t> words) const;

  /// w x_j as it stands in the sums.
  double term(float weight, double x, Index column) const;

  /// Rows as far from a centre as this, squared, may lie on it: the rounding of terms.
  double squared_resolution() const;

 private:
  template <bool whole, class T>
  void move_rows(const T* rows, std::span<const RowMove> moves, const float* weights);

  Index k_, d_;
  bool whole_;
  std::vector<double> scale_;           // (d): one over the quantum
  std::vector<double> weighted_scale_;  // (d): times the weight of the row that moves
  double weight_scale_;
  std::vector<std::int64_t> words_;  // (k) sizes, (k) weights, (k, d) sums; modulo 2^64
};

}  // namespace shoal
