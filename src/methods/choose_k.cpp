#include "shoal/methods/choose_k.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "shoal/core/error.hpp"
#include "shoal/methods/cluster_spread.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/methods/reference_rows.hpp"

namespace shoal {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

void check(const ChooseKOptions& options, Index rows) {
  if (options.first >= 1 && options.first <= options.last && options.last <= rows &&
      (options.criterion != ClusterCriterion::gap || options.gap_sets > 0))
    return;
  if (options.criterion == ClusterCriterion::gap && options.gap_sets == 0)
    throw option_error("the number of clusters is to be chosen by the gap statistic, but without reference sets",
                       "give their number, e.g. --gap-sets 10")
        .set_on_all_ranks();
  throw option_error("k from " + std::to_string(options.first) + " to " + std::to_string(options.last) +
                         " is no range of clusters for " + std::to_string(rows) + " rows",
                     "choose 1 <= first <= last <= rows")
      .set_on_all_ranks();
}

// The rows in memory, where those that they imitate are.
RowSource kept(const RowSource& made, const RowSource& like, RowData& memory) {
  if (!like.in_memory()) return made;
  memory = {made.type, made.count, made.width, {}};
  memory.bytes.resize(static_cast<std::size_t>(made.count * made.row_bytes()));
  made.copy(0, made.count, memory.bytes.data());
  return source_of(memory);
}

double measure(const ClusterQuality& quality, ClusterCriterion criterion) {
  switch (criterion) {
    case ClusterCriterion::davies_bouldin:
      return -quality.davies_bouldin;
    case ClusterCriterion::calinski_harabasz:
      return quality.calinski_harabasz;
    default:
      return quality.silhouette;
  }
}

}  // namespace

Index best_quality(const std::vector<ClusterQuality>& qualities, ClusterCriterion criterion) {
  if (criterion == ClusterCriterion::gap) {
    std::vector<Gap> gaps;
    for (const ClusterQuality& q : qualities) gaps.push_back({q.gap, q.gap_standard_error});
    return chosen_by_gap(gaps);
  }
  Index best = 0;
  for (Index i = 1; i < std::ssize(qualities); ++i) {
    const double held = measure(qualities[static_cast<std::size_t>(best)], criterion);
    const double other = measure(qualities[static_cast<std::size_t>(i)], criterion);
    if (other > held || (std::isnan(held) && !std::isnan(other))) best = i;
  }
  return best;
}

ChosenK choose_k(const Communicator& comm, const RowSource& rows, Index global_rows, const KMeansOptions& kmeans,
                 const ChooseKOptions& options, const std::function<void(const ChooseKProgress&)>& on_progress) {
  check(options, global_rows);
  const auto fit = [&](const RowSource& source, Index k, Index set) {
    if (on_progress) on_progress({k, set});
    KMeansOptions with_k = kmeans;
    with_k.k = k;
    return fit_kmeans(comm, source, global_rows, with_k);
  };
  ChosenK chosen;
  for (Index k = options.first; k <= options.last; ++k) {
    chosen.result = fit(rows, k, 0);
    const auto& labels = chosen.result.labels;
    const ClusterSpread spread = cluster_spread(comm, rows, labels, global_rows, k);
    const Silhouette s = silhouette(comm, rows, labels, global_rows, k, options.silhouette_rows, kmeans.seed);
    chosen.silhouette_rows = s.rows;
    chosen.qualities.push_back(
        {k, chosen.result.inertia, s.mean, davies_bouldin(spread), calinski_harabasz(spread), undefined, undefined});
  }

  std::vector<std::vector<double>> inertias(chosen.qualities.size());
  if (options.gap_sets > 0) {
    const ColumnRanges box = column_ranges(comm, rows);
    for (Index set = 1; set <= options.gap_sets; ++set) {
      RowData memory;
      const RowSource reference =
          kept(uniform_rows(box, rows, my_shard(comm, global_rows).begin, kmeans.seed, set), rows, memory);
      for (std::size_t i = 0; i < inertias.size(); ++i)
        inertias[i].push_back(fit(reference, options.first + static_cast<Index>(i), set).inertia);
    }
    for (std::size_t i = 0; i < inertias.size(); ++i) {
      const Gap gap = gap_of(chosen.qualities[i].inertia, inertias[i]);
      chosen.qualities[i].gap = gap.gap;
      chosen.qualities[i].gap_standard_error = gap.standard_error;
    }
  }
  chosen.chosen = best_quality(chosen.qualities, options.criterion);
  if (options.first + chosen.chosen != options.last) chosen.result = fit(rows, options.first + chosen.chosen, 0);
  return chosen;
}

}  // namespace shoal
