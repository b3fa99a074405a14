#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "shoal/core/row_source.hpp"
#include "shoal/methods/checkpoints.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// How the nearest centres are found. The result is the same, bit for bit.
enum class KMeansAlgorithm {
  automatic,  ///< the faster one for this k and d
  lloyd,      ///< all rows with all centres, in each iteration
  bounds      ///< only what bounds of the distances leave open (BoundedSearch)
};

/// Where the centres are at first, see kmeans_start.hpp.
enum class KMeansStart { plus_plus, parallel, random };

/// What is wanted of k-means; scikit-learn's meanings.
struct KMeansOptions {
  Index k = 10;                ///< clusters, at most n
  Index n_init = 10;           ///< starts; the one of least inertia is kept
  Index max_iterations = 300;  ///< of each start
  double tolerance = 1e-4;     ///< stop when sum_c |movement of c|^2 <= tolerance * mean variance of the features
  std::uint64_t seed = 0;
  KMeansAlgorithm algorithm = KMeansAlgorithm::automatic;
  KMeansStart start = KMeansStart::plus_plus;
  bool unit_centers = false;      ///< scale the centres to length 1: spherical k-means, of rows of length 1 (unit_rows)
  bool second_distances = false;  ///< find the distances to the second nearest centres, too
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
  MatrixD centers;                      ///< (k, d)
  std::vector<std::int32_t> labels;     ///< of my rows: the nearest of `centers`, the lowest among equals
  std::vector<float> distances;         ///< of my rows to their centres: |x - c|
  std::vector<float> second_distances;  ///< of my rows to the second nearest centres, if wanted
  double inertia = 0;                   ///< sum_i w_i |x_i - c(label_i)|^2, exactly summed
  Index n_iter = 0;
  std::vector<std::int64_t> sizes;    ///< (k): rows of each cluster; 0 where there are fewer distinct rows than k
  std::vector<double> inertia_trace;  ///< (n_iter): KMeansProgress::inertia
  std::vector<double> inertias;       ///< of all starts
  Index best_start = 0;               ///< the first of least inertia
  Index empty_cluster_repairs = 0;    ///< how often an empty cluster took a far row
  bool converged = false;             ///< the labels came to rest or the centres within the tolerance
};

/// k-means by Lloyd's algorithm (Lloyd 1982, doi:10.1109/TIT.1982.1056489) from the starts that the options say.
///
/// source: this rank's shard of RowBlocks::of(global_rows), (.., d), perhaps none (d must be right even then), in
/// memory or streamed; read from first to last once an iteration (by bounds: only where labels are in doubt), and a few
/// times before and after. `weights` w_i >= 0 of my rows; none: all 1. For each of my rows a label and a few floats are
/// kept.
///
/// A row belongs to its nearest centre in double arithmetic, the lowest among equals. Centres are exact sums of w x,
/// each rounded to a fixed quantum (ClusterSums), over the sum of w. A cluster without weight takes the row that is
/// farthest from its centre (lowest row among equals; several empty clusters take different rows; a row is not taken
/// from a cluster that has no other). So inertia never rises from one iteration to the next, but for rounding, and the
/// result has the same bits for any number of ranks and either algorithm. `labels` always belong to `centers`. Where
/// there are fewer distinct rows than k, the fit stops with clusters of size 0. O(n k d / ranks) work an iteration at
/// most. Collective; `on_iteration` is called on all ranks.
///
/// `checkpoints`: after each iteration; a state is the centres of the best start and of the present one (k d doubles
/// each), from which labels and bounds are found again: with the same bits on any number of ranks.
///
/// Errors, on all ranks: options when k > n or a number is out of range; numerics for NaN or infinite elements, naming
/// row and column, for weights that are negative or all 0; those of reading.
KMeansResult fit_kmeans(const Communicator& comm, const RowSource& source, Index global_rows,
                        const KMeansOptions& options,
                        const std::function<void(const KMeansProgress&)>& on_iteration = {},
                        std::span<const float> weights = {}, const Checkpoints& checkpoints = {});

/// The nearest centre of each row, the lowest among equals, and the distances |x - c| to it and, if wanted, to the
/// second nearest.
struct CenterAssignment {
  std::vector<std::int32_t> labels;
  std::vector<float> distances;
  std::vector<float> second_distances;
};

/// Assigns rows (.., d) to `centers` (k, d) as fit_kmeans does. A row's bits depend on that row alone. Not collective.
/// Errors: those of reading.
CenterAssignment assign_to_centers(const MatrixD& centers, const RowSource& rows, bool second_distances = false);

}  // namespace shoal
