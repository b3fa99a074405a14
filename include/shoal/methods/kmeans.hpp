#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "shoal/core/row_source.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// How the nearest centres are found. The result is the same, bit for bit.
enum class KMeansAlgorithm {
  automatic,  ///< the faster one for this k and d
  lloyd,      ///< all rows with all centres, in each iteration
  bounds      ///< only what bounds of the distances leave open (BoundedSearch)
};

/// What is wanted of k-means; scikit-learn's meanings.
struct KMeansOptions {
  Index k = 10;                ///< clusters, at most n
  Index n_init = 10;           ///< starts; the one of least inertia is kept
  Index max_iterations = 300;  ///< of each start
  double tolerance = 1e-4;     ///< stop when sum_c |movement of c|^2 <= tolerance * mean variance of the features
  std::uint64_t seed = 0;
  KMeansAlgorithm algorithm = KMeansAlgorithm::automatic;
  std::optional<MatrixD> start_centers;  ///< (k, d): start from these, once, in place of k-means++
};

/// Where a fit is; the same on all ranks.
struct KMeansProgress {
  Index start = 0;          ///< from 0
  Index iteration = 0;      ///< of this start, from 1
  double inertia = 0;       ///< of the rows about the centres at the iteration's beginning
  double center_shift = 0;  ///< sum_c |movement of c|^2 in this iteration
};

/// The best of all starts. All ranks get the same, but for the two that belong to their own rows.
struct KMeansResult {
  MatrixD centers;                   ///< (k, d)
  std::vector<std::int32_t> labels;  ///< of my rows: the nearest of `centers`, the lowest among equals
  std::vector<float> distances;      ///< of my rows to their centres: |x - c|
  double inertia = 0;                ///< sum_i |x_i - c(label_i)|^2, exactly summed
  Index n_iter = 0;
  std::vector<std::int64_t> sizes;    ///< (k): rows of each cluster; 0 where there are fewer distinct rows than k
  std::vector<double> inertia_trace;  ///< (n_iter): KMeansProgress::inertia
  std::vector<double> inertias;       ///< of all starts
  Index best_start = 0;               ///< the first of least inertia
  Index empty_cluster_repairs = 0;    ///< how often an empty cluster took a far row
  bool converged = false;             ///< the labels came to rest or the centres within the tolerance
};

/// k-means by Lloyd's algorithm (Lloyd 1982, doi:10.1109/TIT.1982.1056489) from greedy k-means++ starts.
///
/// rows: this rank's shard of RowBlocks::of(global_rows), (.., d), perhaps none (d must be right even then).
/// A row belongs to its nearest centre in double arithmetic, the lowest among equals. Centres are exact sums divided by
/// counts. A cluster that loses all its rows takes the row that is farthest from its centre (lowest row among equals;
/// several empty clusters take different rows; a row is not taken from a cluster that has no other). So inertia never
/// rises from one iteration to the next, and the result has the same bits for any number of ranks. `labels` always
/// belong to `centers`. O(n k d / ranks) work an iteration. Collective; `on_iteration` is called on all ranks.
///
/// Errors, on all ranks: options when k > n or a number is out of range; numerics for NaN or infinite elements.
KMeansResult fit_kmeans(const Communicator& comm, const RowSource& rows, Index global_rows,
                        const KMeansOptions& options,
                        const std::function<void(const KMeansProgress&)>& on_iteration = {});

/// The nearest centre of each row, the lowest among equals, and the distance |x - c| to it.
struct CenterAssignment {
  std::vector<std::int32_t> labels;
  std::vector<float> distances;
};

/// Assigns rows (.., d) to `centers` (k, d) as fit_kmeans does. A row's bits depend on that row alone. Not collective.
CenterAssignment assign_to_centers(const MatrixD& centers, const RowSource& rows);

}  // namespace shoal
