#include "shoal/methods/tsne.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "map_descent.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/methods/affinities.hpp"
#include "shoal/methods/map_start.hpp"
#include "shoal/methods/my_blocks.hpp"

namespace shoal {
namespace {

constexpr Index trace_interval = 50;
constexpr double least_fall = 1e-4;  // relative: less is standing still

/// The largest coordinate of a map that has not diverged: beyond, distances leave what the kernels promise.
constexpr float farthest = 20000;

bool stays_near(const Points& points) {
  const auto near = [](float value) { return std::abs(value) <= farthest; };  // false for NaN
  return std::all_of(points.x.begin(), points.x.end(), near) && std::all_of(points.y.begin(), points.y.end(), near);
}

void require(bool right, const std::string& message, const std::string& hint) {
  if (!right) throw option_error("t-SNE: " + message, hint).set_on_all_ranks();
}

double learning_rate_of(const TsneOptions& options, Index n) {
  return options.learning_rate > 0 ? options.learning_rate
                                   : std::max(static_cast<double>(n) / (4 * options.exaggeration), 50.0);
}

TsneResult result_of(const MapDescent& map, const TsneOptions& options) {
  TsneResult result;
  result.embedding = map.mine();
  result.divergence = map.trace.back();
  result.trace_iterations = map.trace_iterations;
  result.trace = map.trace;
  result.n_iter = map.iterations;
  result.stopped_early = map.stopped_early;
  result.gradient = TsneGradient::chosen(options.gradient, map.points.size());
  result.learning_rate = learning_rate_of(options, map.points.size());
  return result;
}

}  // namespace

void require_tsne(const TsneOptions& options, Index n) {
  require_perplexity(options.perplexity, n);
  require(options.iterations >= 1, format_count(options.iterations) + " iterations are wanted.", "Give at least 1.");
  require(options.exaggeration >= 1, "the exaggeration is " + format_number(options.exaggeration) + ".",
          "Give at least 1.");
  require(options.exaggeration_iterations >= 0,
          format_count(options.exaggeration_iterations) + " iterations of exaggeration are wanted.",
          "Give 0 or a positive number.");
  require(options.learning_rate >= 0, "the learning rate is " + format_number(options.learning_rate) + ".",
          "Give a positive number, or 0 to have it chosen.");
  require(options.theta >= 0 && options.theta <= 1, "theta is " + format_number(options.theta) + ".",
          "Give a number between 0 and 1.");
  for (const double momentum : {options.first_momentum, options.momentum})
    require(momentum >= 0 && momentum < 1, "a momentum is " + format_number(momentum) + ".",
            "Give a number from 0 to below 1.");
}

TsneResult fit_tsne(const Communicator& comm, const Matrix& rows, Index global_rows, const SparseRows& affinities,
                    const TsneOptions& options, const std::function<void(const TsneProgress&)>& on_iteration,
                    const Checkpoints& checkpoints) {
  require_tsne(options, global_rows);
  const auto count = static_cast<std::size_t>(my_shard(comm, global_rows).size());
  MapDescent map(comm, global_rows);
  if (checkpoints.begin)
    map.restore(*checkpoints.begin);
  else
    map.points = starting_points(comm, rows, global_rows, options.start, options.seed);
  TsneGradient gradient(comm, affinities, global_rows, options.gradient, options.theta);
  const double learning_rate = learning_rate_of(options, global_rows);

  std::vector<float> x(count), y(count);
  const auto look = [&] {
    map.trace_iterations.push_back(map.iterations);
    map.trace.push_back(gradient.divergence(map.points));
  };
  while (!map.finished && map.iterations < options.iterations) {
    const bool exaggerated = map.iterations < options.exaggeration_iterations;
    gradient(map.points, exaggerated ? options.exaggeration : 1, x, y);
    if (map.iterations > 0 && map.iterations % trace_interval == 0) {
      look();
      if (exaggerated || map.trace.back() < (1 - least_fall) * map.least) {
        map.least = exaggerated ? std::numeric_limits<double>::infinity() : map.trace.back();
        map.least_at = map.iterations;
      }
      map.finished = map.stopped_early = map.iterations - map.least_at >= options.patience;
      if (map.finished) break;
    }
    map.step(x, y, exaggerated ? options.first_momentum : options.momentum, learning_rate);
    if (!stays_near(map.points))
      throw numerics_error("t-SNE: the map has diverged in iteration " + format_count(map.iterations) + ".",
                           "Choose a smaller learning rate than " + format_number(learning_rate) + ".")
          .set_on_all_ranks();
    if (on_iteration) on_iteration({map.iterations, map.trace.empty() ? 0 : map.trace.back()});
    pause_if_due(
        checkpoints, [&] { return map.state(); }, map.iterations == 1 ? Place::landmark : Place::step);
  }
  if (!map.finished) {
    gradient(map.points, 1, x, y);
    look();
    map.finished = true;
  }
  pause_at_end(checkpoints, [&] { return map.state(); });
  return result_of(map, options);
}

std::optional<TsneResult> finished_map(const Communicator& comm, Index global_rows, const TsneOptions& options,
                                       const Snapshot* state) {
  if (!state || state->integer("finished") == 0) return {};
  MapDescent map(comm, global_rows);
  map.restore(*state);
  return result_of(map, options);
}

TsneResult fit_tsne(const Communicator& comm, const Matrix& rows, Index global_rows, const TsneOptions& options) {
  require_tsne(options, global_rows);
  const Neighbors near = exact_neighbors(comm, rows, global_rows, neighbors_for(options.perplexity, global_rows));
  return fit_tsne(comm, rows, global_rows, joint_affinities(comm, near, global_rows, options.perplexity), options);
}

}  // namespace shoal
