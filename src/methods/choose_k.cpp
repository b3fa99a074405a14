#include "shoal/methods/choose_k.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

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

namespace {

constexpr std::array<std::pair<const char*, double ClusterQuality::*>, 4> measures{
    {{"inertia", &ClusterQuality::inertia},
     {"silhouette", &ClusterQuality::silhouette},
     {"davies_bouldin", &ClusterQuality::davies_bouldin},
     {"calinski_harabasz", &ClusterQuality::calinski_harabasz}}};

// One fit after the other: how many are done, what came of them, and the one under way.
class Fits {
 public:
  Fits(const Communicator& comm, Index global_rows, const KMeansOptions& kmeans, const ChooseKOptions& options,
       const std::function<void(const ChooseKProgress&)>& on_progress, const Checkpoints& checkpoints)
      : comm_(comm), global_rows_(global_rows), kmeans_(kmeans), on_progress_(on_progress), checkpoints_(checkpoints) {
    if (!checkpoints.begin) return;
    const Snapshot& s = *checkpoints.begin;
    qualities.resize(s.doubles(measures[0].first).size());
    for (const auto& [name, member] : measures) {
      std::vector<double> values(qualities.size());
      s.copy(name, std::span(values));
      for (std::size_t i = 0; i < values.size(); ++i) qualities[i].*member = values[i];
    }
    for (std::size_t i = 0; i < qualities.size(); ++i) {
      qualities[i].k = options.first + static_cast<Index>(i);
      qualities[i].gap = qualities[i].gap_standard_error = undefined;
    }
    reference_inertias = s.doubles("reference_inertias");
    silhouette_rows = s.integer("silhouette_rows");
    begun_ = s.part("fit");
  }

  KMeansResult fit(const RowSource& source, Index k, Index set) {
    if (on_progress_) on_progress_({k, set});
    KMeansOptions with_k = kmeans_;
    with_k.k = k;
    const Snapshot begun = std::exchange(begun_, {});  // of the first fit, the one that was interrupted
    const Checkpoints inner{checkpoints_.due,
                            [&](const Snapshot& fit) {
                              Snapshot s = state();
                              s.put_part("fit", fit);
                              checkpoints_.save(s);
                            },
                            begun.arrays().empty() ? nullptr : &begun};
    return fit_kmeans(comm_, source, global_rows_, with_k, {}, {}, inner);
  }

  // Behind what was measured of a fit.
  void pause() const {
    pause_if_due(
        checkpoints_, [&] { return state(); }, Place::landmark);
  }

  std::vector<ClusterQuality> qualities;   // of the rows, by k
  std::vector<double> reference_inertias;  // by set, then by k
  Index silhouette_rows = 0;

 private:
  Snapshot state() const {
    Snapshot s;
    for (const auto& [name, member] : measures) {
      std::vector<double> values;
      for (const ClusterQuality& q : qualities) values.push_back(q.*member);
      s.put(name, values);
    }
    s.put("reference_inertias", reference_inertias);
    s.put("silhouette_rows", std::int64_t{silhouette_rows});
    return s;
  }

  const Communicator& comm_;
  Index global_rows_;
  const KMeansOptions& kmeans_;
  const std::function<void(const ChooseKProgress&)>& on_progress_;
  const Checkpoints& checkpoints_;
  Snapshot begun_;
};

}  // namespace

ChosenK choose_k(const Communicator& comm, const RowSource& rows, Index global_rows, const KMeansOptions& kmeans,
                 const ChooseKOptions& options, const std::function<void(const ChooseKProgress&)>& on_progress,
                 const Checkpoints& checkpoints) {
  check(options, global_rows);
  Fits fits(comm, global_rows, kmeans, options, on_progress, checkpoints);
  const Index count = options.last - options.first + 1;
  ChosenK chosen;
  while (std::ssize(fits.qualities) < count) {
    const Index k = options.first + std::ssize(fits.qualities);
    chosen.result = fits.fit(rows, k, 0);
    const auto& labels = chosen.result.labels;
    const ClusterSpread spread = cluster_spread(comm, rows, labels, global_rows, k);
    const Silhouette s = silhouette(comm, rows, labels, global_rows, k, options.silhouette_rows, kmeans.seed);
    fits.silhouette_rows = s.rows;
    fits.qualities.push_back(
        {k, chosen.result.inertia, s.mean, davies_bouldin(spread), calinski_harabasz(spread), undefined, undefined});
    fits.pause();
  }

  if (options.gap_sets > 0) {
    auto& inertias = fits.reference_inertias;
    const ColumnRanges box = column_ranges(comm, rows);
    while (std::ssize(inertias) < count * options.gap_sets) {
      const Index set = 1 + std::ssize(inertias) / count;
      RowData memory;
      const RowSource reference =
          kept(uniform_rows(box, rows, my_shard(comm, global_rows).begin, kmeans.seed, set), rows, memory);
      while (std::ssize(inertias) < count * set) {
        inertias.push_back(fits.fit(reference, options.first + std::ssize(inertias) % count, set).inertia);
        fits.pause();
      }
    }
    for (Index i = 0; i < count; ++i) {
      std::vector<double> of_k;
      for (Index at = i; at < std::ssize(inertias); at += count) of_k.push_back(inertias[static_cast<std::size_t>(at)]);
      ClusterQuality& quality = fits.qualities[static_cast<std::size_t>(i)];
      const Gap gap = gap_of(quality.inertia, of_k);
      quality.gap = gap.gap;
      quality.gap_standard_error = gap.standard_error;
    }
  }
  chosen.chosen = best_quality(fits.qualities, options.criterion);
  const Index k = options.first + chosen.chosen;
  if (chosen.result.centers.rows() != k) chosen.result = fits.fit(rows, k, 0);
  chosen.qualities = std::move(fits.qualities);
  chosen.silhouette_rows = fits.silhouette_rows;
  return chosen;
}

}  // namespace shoal
