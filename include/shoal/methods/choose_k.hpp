#pragma once
#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "shoal/math/cluster_indices.hpp"
#include "shoal/methods/kmeans.hpp"
#include "shoal/methods/silhouette.hpp"

namespace shoal {

/// By what the number of clusters is chosen: the largest silhouette or Calinski-Harabasz index, the least
/// Davies-Bouldin index, or the gap statistic's rule.
enum class ClusterCriterion { silhouette, davies_bouldin, calinski_harabasz, gap };

/// The names of the enumerators, in their order.
inline constexpr std::array<const char*, 4> criterion_names{"silhouette", "davies-bouldin", "calinski-harabasz", "gap"};

struct ChooseKOptions {
  Index first = 2, last = 10;  ///< numbers of clusters to be tried
  ClusterCriterion criterion = ClusterCriterion::silhouette;
  Index silhouette_rows = 20000;  ///< sample for the silhouettes; 0: all rows, at n^2 d multiply-adds for each k
  Index gap_sets = 0;             ///< reference sets of the gap statistic, each clustered for each k; 0: no gap
};

/// How well one number of clusters fits. NaN where a measure is undefined (k = 1) or was not asked for.
struct ClusterQuality {
  Index k = 0;
  double inertia = 0;
  double silhouette = 0;
  double davies_bouldin = 0;
  double calinski_harabasz = 0;
  double gap = 0;
  double gap_standard_error = 0;
};

/// Fits of all k, and the one that is chosen.
struct ChosenK {
  std::vector<ClusterQuality> qualities;  ///< by k
  Index chosen = 0;                       ///< into qualities
  Index silhouette_rows = 0;              ///< all, or of the sample
  KMeansResult result;                    ///< of the chosen k
};

/// The position of the best of `qualities`, the first among equals. Where the criterion is undefined throughout: 0.
Index best_quality(const std::vector<ClusterQuality>& qualities, ClusterCriterion criterion);

/// What choose_k is at.
struct ChooseKProgress {
  Index k = 0;
  Index set = 0;  ///< 0: the data, else the number of the reference set
};

/// k-means for each k of a range, each with `kmeans` (its k is ignored), and measures of how well each fits.
///
/// rows: this rank's shard of RowBlocks::of(global_rows). The gap statistic's reference sets are uniform in the box
/// around the rows and clustered in the same way. The chosen k is fitted once more where it is not the last, rather
/// than all labels kept. All ranks get the same, but for the labels and distances of their own rows; the same bits for
/// any number of ranks. Collective; `on_progress` is called on all ranks before each fit. Errors: those of fit_kmeans;
/// options where the range is empty or reaches beyond the number of rows.
///
/// `checkpoints`: in each fit and behind each fit's measures; what was measured is not measured again.
ChosenK choose_k(const Communicator& comm, const RowSource& rows, Index global_rows, const KMeansOptions& kmeans,
                 const ChooseKOptions& options, const std::function<void(const ChooseKProgress&)>& on_progress = {},
                 const Checkpoints& checkpoints = {});

}  // namespace shoal
