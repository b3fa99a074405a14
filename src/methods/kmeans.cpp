#include "shoal/methods/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "shoal/methods/kmeans_results.hpp"

namespace shoal {
namespace {

/// sum_c |to_c - from_c|^2, in a fixed order.
double squared_movement(const MatrixD& from, const MatrixD& to) {
  double sum = 0;
  for (Index i = 0; i < from.size(); ++i) sum += (to.data()[i] - from.data()[i]) * (to.data()[i] - from.data()[i]);
  return sum;
}

/// The bounds pay where comparing a row with all centres costs more than reading and widening its bounds; with many
/// centres only when the first unrest is over, and with tiles of bytes only when it is nearly at rest (measured).
double all_above(const KMeansRows& rows, const KMeansOptions& options) {
  if (options.algorithm == KMeansAlgorithm::lloyd || options.k == 1) return 0;
  if (options.algorithm == KMeansAlgorithm::bounds) return 2;
  if (options.k * rows.source.width < 2000) return 0;
  if (CenterDigits::pays(options.k, rows.source.width)) return 2e-4;
  return options.k < 64 ? 2 : 0.15;
}

/// Lloyd's iterations from `centers`. Collective.
KMeansResult iterate(Lloyd& lloyd, MatrixD centers, Index start, const KMeansOptions& options, double least_shift,
                     const std::function<void(const KMeansProgress&)>& on_iteration) {
  KMeansResult run;
  const Index repairs_before = lloyd.repairs();
  lloyd.start_over();
  bool at_rest = false;
  while (!run.converged && run.n_iter < options.max_iterations) {
    lloyd.assign(centers);
    run.inertia_trace.push_back(lloyd.inertia());
    const Index repairs = lloyd.repairs();
    MatrixD moved = lloyd.move_centers(centers);
    const double shift = squared_movement(centers, moved);
    centers.swap(moved);
    ++run.n_iter;
    if (on_iteration) on_iteration({start, run.n_iter, lloyd.inertia(), shift});
    // The same labels give the same sums, hence the very same centres; a centre that moved into an empty cluster's
    // place says nothing about rest.
    at_rest = lloyd.changed_labels() == 0 && shift == 0;
    run.converged = at_rest || (shift <= least_shift && lloyd.repairs() == repairs);
  }
  if (!at_rest) lloyd.assign(centers);
  run.centers = std::move(centers);
  run.empty_cluster_repairs = lloyd.repairs() - repairs_before;
  return run;
}

}  // namespace

KMeansResult fit_kmeans(const Communicator& comm, const RowSource& source, Index global_rows,
                        const KMeansOptions& options, const std::function<void(const KMeansProgress&)>& on_iteration,
                        std::span<const float> weights) {
  require_kmeans_options(options, global_rows, source.width);
  const KMeansRows rows = look_at_rows(comm, source, weights, global_rows);
  const double least_shift = options.tolerance * rows.mean_variance;
  Lloyd lloyd(comm, rows, options.k, all_above(rows, options), options.unit_centers);
  KMeansResult best;
  std::vector<double> inertias;
  const Index starts = options.start_centers ? 1 : options.n_init;
  for (Index start = 0; start < starts; ++start) {
    KMeansResult run =
        iterate(lloyd, start_centers(comm, rows, options, start), start, options, least_shift, on_iteration);
    take_labels(comm, rows, lloyd, run);
    inertias.push_back(run.inertia);
    if (start > 0 && !(run.inertia < best.inertia)) continue;
    best = std::move(run);
    best.best_start = start;
  }
  best.inertias = std::move(inertias);
  if (options.second_distances) take_second_distances(comm, rows, best);
  return best;
}

}  // namespace shoal
