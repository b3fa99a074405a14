#include "shoal/methods/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kmeans_state.hpp"
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

/// All starts of a fit, one after the other. References are kept. All members are collective.
class Fit {
 public:
  Fit(const Communicator& comm, const KMeansRows& rows, const KMeansOptions& options,
      const std::function<void(const KMeansProgress&)>& on_iteration, const Checkpoints& checkpoints)
      : comm_(comm),
        rows_(rows),
        options_(options),
        on_iteration_(on_iteration),
        checkpoints_(checkpoints),
        lloyd_(comm, rows, options.k, all_above(rows, options), options.unit_centers) {
    if (checkpoints.begin) restore(*checkpoints.begin);
  }

  bool has_starts() const { return start_ < (options_.start_centers ? 1 : options_.n_init); }

  void start() {
    if (run_.n_iter == 0) {
      run_.centers = start_centers(comm_, rows_, options_, start_);
      lloyd_.start_over();
    }
    bool at_rest = false;
    while (!run_.converged && run_.n_iter < options_.max_iterations) {
      at_rest = iterate();
      pause_if_due(
          checkpoints_, [&] { return state(); }, run_.n_iter == 1 ? Place::landmark : Place::step);
    }
    if (!at_rest) lloyd_.assign(run_.centers);
    take_labels(comm_, rows_, lloyd_, run_);
    inertias_.push_back(run_.inertia);
    if (start_ == 0 || run_.inertia < best_.inertia) {
      best_ = std::move(run_);
      best_.best_start = start_;
    }
    run_ = {};
    ++start_;
  }

  KMeansResult result() {
    pause_at_end(checkpoints_, [&] { return state(); });
    best_.inertias = std::move(inertias_);
    return std::move(best_);
  }

 private:
  /// One iteration of Lloyd's; true when all has come to rest.
  bool iterate() {
    assigned_ = run_.centers;
    lloyd_.assign(assigned_);
    run_.inertia_trace.push_back(lloyd_.inertia());
    const Index repairs = lloyd_.repairs();
    run_.centers = lloyd_.move_centers(assigned_);
    const double shift = squared_movement(assigned_, run_.centers);
    ++run_.n_iter;
    if (on_iteration_) on_iteration_({start_, run_.n_iter, lloyd_.inertia(), shift});
    // The same labels give the same sums, hence the very same centres; a centre that moved into an empty cluster's
    // place says nothing about rest.
    const bool at_rest = lloyd_.changed_labels() == 0 && shift == 0, repaired = lloyd_.repairs() != repairs;
    run_.empty_cluster_repairs += lloyd_.repairs() - repairs;
    run_.converged = at_rest || (shift <= options_.tolerance * rows_.mean_variance && !repaired);
    return at_rest;
  }

  Snapshot state() const {
    Snapshot s;
    s.put("start", std::int64_t{start_});
    s.put("inertias", inertias_);
    if (start_ > 0) s.put_part("best", state_of(best_));
    if (run_.n_iter == 0) return s;
    s.put_part("run", state_of(run_));
    put(s, "assigned", assigned_);
    return s;
  }

  // Labels, sums and bounds follow from centres. Those of the last assignment are needed to count, in the next one,
  // how many labels changed.
  void restore(const Snapshot& s) {
    const Index k = options_.k, d = rows_.source.width;
    start_ = s.integer("start");
    inertias_ = s.doubles("inertias");
    if (start_ > 0) {
      best_ = result_in(s.part("best"), k, d);
      lloyd_.assign(best_.centers);
      take_labels(comm_, rows_, lloyd_, best_);
      lloyd_.start_over();
    }
    if (!s.has("assigned")) return;
    run_ = result_in(s.part("run"), k, d);
    assigned_ = matrix_in(s, "assigned", k, d);
    lloyd_.assign(assigned_);
  }

  const Communicator& comm_;
  const KMeansRows& rows_;
  const KMeansOptions& options_;
  const std::function<void(const KMeansProgress&)>& on_iteration_;
  const Checkpoints& checkpoints_;
  Lloyd lloyd_;
  Index start_ = 0;   // that is under way, or comes next
  KMeansResult run_;  // of it
  MatrixD assigned_;  // its centres before they moved last
  KMeansResult best_;
  std::vector<double> inertias_;
};

}  // namespace

KMeansResult fit_kmeans(const Communicator& comm, const RowSource& source, Index global_rows,
                        const KMeansOptions& options, const std::function<void(const KMeansProgress&)>& on_iteration,
                        std::span<const float> weights, const Checkpoints& checkpoints) {
  require_kmeans_options(options, global_rows, source.width);
  const KMeansRows rows = look_at_rows(comm, source, weights, global_rows);
  Fit fit(comm, rows, options, on_iteration, checkpoints);
  while (fit.has_starts()) fit.start();
  KMeansResult best = fit.result();
  if (options.second_distances) take_second_distances(comm, rows, best);
  return best;
}

}  // namespace shoal
