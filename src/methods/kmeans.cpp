#include "shoal/methods/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/math/nearest_center.hpp"
#include "shoal/methods/kmeans_lloyd.hpp"
#include "shoal/methods/kmeans_start.hpp"
#include "shoal/methods/row_pieces.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

void require(bool right, const std::string& message, const std::string& hint) {
  if (!right) throw option_error("k-means: " + message, hint).set_on_all_ranks();
}

void check(const KMeansOptions& options, Index n, Index d) {
  require(d >= 1, "the rows have no features.", "Look at the shape of the data.");
  require(options.k >= 1 && options.k <= n,
          format_count(options.k) + " clusters are wanted of " + format_count(n) + " rows.",
          "Choose k between 1 and the number of rows.");
  require(options.n_init >= 1, "n_init is " + std::to_string(options.n_init) + ".", "Give at least 1 start.");
  require(options.max_iterations >= 1, "max_iterations is " + std::to_string(options.max_iterations) + ".",
          "Give at least 1 iteration.");
  require(options.tolerance >= 0, "the tolerance is " + format_number(options.tolerance) + ".",
          "Give 0 or a small positive number.");
  if (!options.start_centers) return;
  const MatrixD& centers = *options.start_centers;
  require(centers.rows() == options.k && centers.cols() == d,
          "the start centres are " + format_count(centers.rows()) + " x " + format_count(centers.cols()) +
              ", but k is " + format_count(options.k) + " and the rows have " + format_count(d) + " features.",
          "Give one start centre a row, k of them.");
  require(std::all_of(centers.data(), centers.data() + centers.size(), [](double x) { return std::isfinite(x); }),
          "the start centres hold NaN or infinite values.", "Look at where they come from.");
}

/// sum_c |to_c - from_c|^2, in a fixed order.
double squared_movement(const MatrixD& from, const MatrixD& to) {
  double sum = 0;
  for (Index i = 0; i < from.size(); ++i) sum += (to.data()[i] - from.data()[i]) * (to.data()[i] - from.data()[i]);
  return sum;
}

std::vector<float> square_roots(const std::vector<double>& squared) {
  std::vector<float> roots(squared.size());
  for (std::size_t i = 0; i < roots.size(); ++i) roots[i] = static_cast<float>(std::sqrt(squared[i]));
  return roots;
}

/// The bounds pay where comparing a row with all centres costs more than reading and widening its bounds.
bool pays_to_bound(const KMeansRows& rows, Index k) {
  return k > 1 && k * rows.source.width >= 2000;
}

/// sum w |x - c|^2, exactly summed.
double inertia_of(const Communicator& comm, const KMeansRows& rows, const MatrixD& centers,
                  const std::vector<double>& squared) {
  const double farthest = (rows.largest.transpose() + centers.cwiseAbs().colwise().maxCoeff()).squaredNorm();
  return sum_over_rows(comm, rows, farthest * rows.largest_weight,
                       [&](Index i) { return double{rows.weight(i)} * squared[static_cast<std::size_t>(i)]; });
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
                        const KMeansOptions& options, const std::function<void(const KMeansProgress&)>& on_iteration) {
  check(options, global_rows, source.width);
  const KMeansRows rows = look_at_rows(comm, source, {}, global_rows);
  const double least_shift = options.tolerance * rows.mean_variance;
  const bool bounds = options.algorithm == KMeansAlgorithm::bounds ||
                      (options.algorithm == KMeansAlgorithm::automatic && pays_to_bound(rows, options.k));
  Lloyd lloyd(comm, rows, options.k, bounds, false);
  KMeansResult best;
  std::vector<double> inertias;
  const Index starts = options.start_centers ? 1 : options.n_init;
  for (Index start = 0; start < starts; ++start) {
    KMeansResult run = iterate(lloyd,
                               options.start_centers ? *options.start_centers
                                                     : kmeans_plus_plus(comm, rows, options.k, options.seed,
                                                                        static_cast<std::uint64_t>(start)),
                               start, options, least_shift, on_iteration);
    const std::vector<double> squared = agree(comm, [&] { return lloyd.squared_distances(run.centers); });
    run.inertia = inertia_of(comm, rows, run.centers, squared);
    inertias.push_back(run.inertia);
    if (start > 0 && !(run.inertia < best.inertia)) continue;
    best = std::move(run);
    best.best_start = start;
    best.labels = lloyd.labels();
    best.distances = square_roots(squared);
    best.sizes = lloyd.sizes();
  }
  best.inertias = std::move(inertias);
  return best;
}

CenterAssignment assign_to_centers(const MatrixD& centers, const RowSource& rows) {
  CenterAssignment result{std::vector<std::int32_t>(static_cast<std::size_t>(rows.count)), {}};
  const NearestCenter nearest(centers);
  RowPieces pieces(rows);
  std::vector<float> values;
  std::vector<double> squared;
  for (Index first = 0; first < rows.count; first += pieces.piece_rows()) {
    const Index count = std::min(pieces.piece_rows(), rows.count - first);
    const RowView piece = pieces.read(first, count);
    values.resize(static_cast<std::size_t>(count * rows.width));
    for (Index i = 0; i < count; ++i) piece.to_floats(i, values.data() + i * rows.width);
    const std::span<std::int32_t> labels =
        std::span(result.labels).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    nearest.find(values.data(), count, labels);
    for (Index i = 0; i < count; ++i)
      squared.push_back(squared_distance(piece, i, centers.row(labels[static_cast<std::size_t>(i)]).data()));
  }
  result.distances = square_roots(squared);
  return result;
}

}  // namespace shoal
