#include "shoal/methods/kmeans_results.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/math/nearest_center.hpp"
#include "shoal/methods/kmeans_start.hpp"
#include "shoal/methods/row_pieces.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

void require(bool right, const std::string& message, const std::string& hint) {
  if (!right) throw option_error("k-means: " + message, hint).set_on_all_ranks();
}

std::vector<float> square_roots(const std::vector<double>& squared) {
  std::vector<float> roots(squared.size());
  for (std::size_t i = 0; i < roots.size(); ++i) roots[i] = static_cast<float>(std::sqrt(squared[i]));
  return roots;
}

/// sum w |x - c|^2, exactly summed.
double inertia_of(const Communicator& comm, const KMeansRows& rows, const MatrixD& centers,
                  const std::vector<double>& squared) {
  const double farthest = (rows.largest.transpose() + centers.cwiseAbs().colwise().maxCoeff()).squaredNorm();
  return sum_over_rows(comm, rows, farthest * rows.largest_weight,
                       [&](Index i) { return double{rows.weight(i)} * squared[static_cast<std::size_t>(i)]; });
}

}  // namespace

void require_kmeans_options(const KMeansOptions& options, Index n, Index d) {
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

MatrixD start_centers(const Communicator& comm, const KMeansRows& rows, const KMeansOptions& options, Index start) {
  const auto number = static_cast<std::uint64_t>(start);
  MatrixD centers = options.start_centers                  ? *options.start_centers
                    : options.start == KMeansStart::random ? random_rows(comm, rows, options.k, options.seed, number)
                    : options.start == KMeansStart::parallel
                        ? kmeans_parallel(comm, rows, options.k, options.seed, number)
                        : kmeans_plus_plus(comm, rows, options.k, options.seed, number);
  if (options.unit_centers) scale_to_unit(centers, MatrixD(centers));
  return centers;
}

void take_labels(const Communicator& comm, const KMeansRows& rows, const Lloyd& lloyd, KMeansResult& result) {
  const std::vector<double> squared = agree(comm, [&] { return lloyd.squared_distances(result.centers); });
  result.inertia = inertia_of(comm, rows, result.centers, squared);
  result.labels = lloyd.labels();
  result.distances = square_roots(squared);
  result.sizes = lloyd.sizes();
}

void take_second_distances(const Communicator& comm, const KMeansRows& rows, KMeansResult& result) {
  result.second_distances =
      agree(comm, [&] { return assign_to_centers(result.centers, rows.source, true).second_distances; });
}

CenterAssignment assign_to_centers(const MatrixD& centers, const RowSource& rows, bool second_distances) {
  const auto n = static_cast<std::size_t>(rows.count);
  CenterAssignment result{std::vector<std::int32_t>(n), {}, std::vector<float>(second_distances ? n : 0)};
  const NearestCenter nearest(centers);
  RowPieces pieces(rows);
  std::vector<float> values;
  std::vector<double> squared;
  for (Index first = 0; first < rows.count; first += pieces.piece_rows()) {
    const Index count = std::min(pieces.piece_rows(), rows.count - first);
    const RowView piece = pieces.read(first, count);
    values.resize(static_cast<std::size_t>(count * rows.width));
    for (Index i = 0; i < count; ++i) piece.to_floats(i, values.data() + i * rows.width);
    const auto here = [&]<class T>(std::vector<T>& all) {
      return all.empty() ? std::span<T>()
                         : std::span(all).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    };
    const std::span<std::int32_t> labels = here(result.labels);
    nearest.find(values.data(), count, labels, here(result.second_distances));
    for (Index i = 0; i < count; ++i)
      squared.push_back(squared_distance(piece, i, centers.row(labels[static_cast<std::size_t>(i)]).data()));
  }
  result.distances = square_roots(squared);
  for (float& distance : result.second_distances) distance = std::sqrt(distance);
  // The second is found in float: where the two are as near as floats can tell, it must not come out nearer.
  for (std::size_t i = 0; i < result.second_distances.size(); ++i)
    result.second_distances[i] = std::max(result.second_distances[i], result.distances[i]);
  return result;
}

}  // namespace shoal
