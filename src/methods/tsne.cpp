#include "shoal/methods/tsne.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/methods/affinities.hpp"
#include "shoal/methods/map_start.hpp"
#include "shoal/methods/my_blocks.hpp"

namespace shoal {
namespace {

constexpr Index trace_interval = 50;
constexpr double least_fall = 1e-4;  // relative: less is standing still

/// Descent of one coordinate of my points: each has a speed and a gain, which grows while the gradient keeps its
/// direction and shrinks where it turns round (Jacobs 1988, doi 10.1016/0893-6080(88)90003-2).
class Descent {
 public:
  explicit Descent(Index count)
      : speed_(static_cast<std::size_t>(count), 0), gain_(static_cast<std::size_t>(count), 1) {}

  void step(std::span<const float> gradient, float momentum, float rate, float* points) {
    for (std::size_t i = 0; i < speed_.size(); ++i) {
      const float gain = gradient[i] * speed_[i] < 0 ? gain_[i] + 0.2f : gain_[i] * 0.8f;
      gain_[i] = gain < 0.01f ? 0.01f : gain;
      speed_[i] = momentum * speed_[i] - rate * gain_[i] * gradient[i];
      points[i] += speed_[i];
    }
  }

 private:
  std::vector<float> speed_, gain_;
};

/// The largest coordinate of a map that has not diverged: beyond, distances leave what the kernels promise.
constexpr float farthest = 20000;

bool stays_near(const Points& points) {
  const auto near = [](float value) { return std::abs(value) <= farthest; };  // false for NaN
  return std::all_of(points.x.begin(), points.x.end(), near) && std::all_of(points.y.begin(), points.y.end(), near);
}

void require(bool right, const std::string& message, const std::string& hint) {
  if (!right) throw option_error("t-SNE: " + message, hint).set_on_all_ranks();
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
                    const TsneOptions& options, const std::function<void(const TsneProgress&)>& on_iteration) {
  require_tsne(options, global_rows);
  const Shard shard = my_shard(comm, global_rows);
  const auto count = static_cast<std::size_t>(shard.size());
  Points points = starting_points(comm, rows, global_rows, options.start, options.seed);
  TsneGradient gradient(comm, affinities, global_rows, options.gradient, options.theta);
  TsneResult result;
  result.gradient = TsneGradient::chosen(options.gradient, global_rows);
  result.learning_rate = options.learning_rate > 0
                             ? options.learning_rate
                             : std::max(static_cast<double>(global_rows) / (4 * options.exaggeration), 50.0);

  std::vector<float> x(count), y(count);
  Descent along_x(shard.size()), along_y(shard.size());
  double divergence = 0, least = std::numeric_limits<double>::infinity();
  Index least_at = 0;
  const auto look = [&](Index iteration) {
    divergence = gradient.divergence(points);
    result.trace_iterations.push_back(iteration);
    result.trace.push_back(divergence);
  };
  const auto rate = static_cast<float>(result.learning_rate);
  for (Index done = 0; done < options.iterations && !result.stopped_early; ++done) {
    const bool exaggerated = done < options.exaggeration_iterations;
    gradient(points, exaggerated ? options.exaggeration : 1, x, y);
    if (done > 0 && done % trace_interval == 0) {
      look(done);
      if (exaggerated || divergence < (1 - least_fall) * least) {
        least = exaggerated ? std::numeric_limits<double>::infinity() : divergence;
        least_at = done;
      }
      result.stopped_early = done - least_at >= options.patience;
      if (result.stopped_early) break;
    }
    const auto momentum = static_cast<float>(exaggerated ? options.first_momentum : options.momentum);
    along_x.step(x, momentum, rate, points.x.data() + shard.begin);
    along_y.step(y, momentum, rate, points.y.data() + shard.begin);
    share_points(comm, points);
    result.n_iter = done + 1;
    if (!stays_near(points))
      throw numerics_error("t-SNE: the map has diverged in iteration " + format_count(result.n_iter) + ".",
                           "Choose a smaller learning rate than " + format_number(result.learning_rate) + ".")
          .set_on_all_ranks();
    if (on_iteration) on_iteration({done + 1, divergence});
  }
  if (!result.stopped_early) {
    gradient(points, 1, x, y);
    look(result.n_iter);
  }
  result.divergence = divergence;
  result.embedding.resize(shard.size(), 2);
  for (Index i = 0; i < shard.size(); ++i)
    result.embedding.row(i) << points.x[static_cast<std::size_t>(shard.begin + i)],
        points.y[static_cast<std::size_t>(shard.begin + i)];
  return result;
}

TsneResult fit_tsne(const Communicator& comm, const Matrix& rows, Index global_rows, const TsneOptions& options) {
  require_tsne(options, global_rows);
  const Neighbors near = exact_neighbors(comm, rows, global_rows, neighbors_for(options.perplexity, global_rows));
  return fit_tsne(comm, rows, global_rows, joint_affinities(comm, near, global_rows, options.perplexity), options);
}

}  // namespace shoal
