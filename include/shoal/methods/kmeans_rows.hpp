#pragma once
#include <span>
#include <vector>

#include "shoal/core/row_source.hpp"
#include "shoal/math/cluster_sums.hpp"
#include "shoal/math/compact_rows.hpp"
#include "shoal/math/row_frame.hpp"
#include "shoal/methods/my_blocks.hpp"

namespace shoal {

/// What k-means knows of its rows before it begins: this rank's rows, and figures of all rows that all ranks share.
struct KMeansRows {
  RowSource source;
  Index global = 0;
  std::vector<MyBlock> blocks;
  bool weighted = false;
  std::span<const float> weights;  ///< of my rows, where weighted; else all are 1
  VectorD largest;                 ///< (d): max |x| of each column
  double largest_weight = 1;
  VectorD mean;              ///< (d), unweighted
  double mean_variance = 0;  ///< of the columns, unweighted
  RowFrame frame;            ///< about the mean
  VectorD origin;            ///< (d): the frame's, in the rows' own units
  double total_square = 0;   ///< sum w |x - origin|^2
  double total_weight = 0;
  std::vector<float> norms;  ///< upper bounds of |y| of my rows in the frame, then 32 zeros

  float weight(Index row) const { return weighted ? weights[static_cast<std::size_t>(row)] : 1.0f; }

  /// The weights of my rows from `first` on; null where all are 1.
  const float* weights_from(Index first) const { return weighted ? weights.data() + first : nullptr; }

  /// Bounds |y_j| of all rows in the frame.
  double reach() const;

  /// Sums of k clusters of these rows.
  ClusterSums sums(Index k) const;
};

/// The least and the largest y of each column of my rows, (d) each, in the frame. Local; errors of reading.
struct FrameRange {
  std::vector<float> low, high;
};
FrameRange range_in_frame(const KMeansRows& rows);

/// My rows once more, in 16 bits a number. Local; errors of reading.
CompactRows compact_copy(const KMeansRows& rows);

/// Looks at all rows: two passes over bytes, three over other types. `source`: this rank's shard of
/// RowBlocks::of(global_rows); `weights` of them or empty. All figures have the same bits for any number of ranks.
/// Collective. Errors, on all ranks: numerics for an element or a weight that is NaN or infinite, a negative weight, or
/// weights that are all 0, naming row and column; those of reading.
KMeansRows look_at_rows(const Communicator& comm, const RowSource& source, std::span<const float> weights,
                        Index global_rows);

/// The sum over all rows of value(row), row being one of mine: in fixed blocks, then exactly, so with the same bits for
/// any number of ranks. |value| <= largest. Collective.
double sum_over_rows(const Communicator& comm, const KMeansRows& rows, double largest,
                     const std::function<double(Index)>& value);

}  // namespace shoal
