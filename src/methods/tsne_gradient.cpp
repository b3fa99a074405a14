#include "shoal/methods/tsne_gradient.hpp"

#include <cmath>

#include "shoal/math/attraction.hpp"
#include "shoal/math/quadtree.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/methods/pair_repulsion.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

/// Whether a grid over the map costs less than all pairs of its points: by measurement a node costs about as much as
/// 330 pairs (50 to 70 ns and 0.18 ns). A map of few points far apart would need a grid that is larger than it is
/// worth.
bool is_cheaper(const SplineGrid& grid, const Points& points) {
  return points.size() > 18 * grid.size;
}

}  // namespace

GradientMethod TsneGradient::chosen(GradientMethod method, Index n) {
  constexpr Index most_exact = 2048;
  if (method != GradientMethod::automatic) return method;
  return n <= most_exact ? GradientMethod::exact : GradientMethod::fft;
}

TsneGradient::TsneGradient(const Communicator& comm, const SparseRows& affinities, Index global_rows,
                           GradientMethod method, double theta)
    : comm_(comm),
      affinities_(affinities),
      global_rows_(global_rows),
      shard_(my_shard(comm, global_rows)),
      method_(chosen(method, global_rows)),
      theta_(theta),
      grid_(comm) {
  std::vector<double> sums, entropies;
  for (Index i = 0; i < affinities.rows(); ++i) {
    double sum = 0, entropy = 0;
    for (Index e = affinities.begins[static_cast<std::size_t>(i)];
         e < affinities.begins[static_cast<std::size_t>(i) + 1]; ++e) {
      const auto p = static_cast<double>(affinities.values[static_cast<std::size_t>(e)]);
      sum += p;
      if (p > 0) entropy -= p * std::log(p);
    }
    sums.push_back(sum);
    entropies.push_back(entropy);
  }
  sum_ = sum_over_rows(sums, 4);
  entropy_ = sum_over_rows(entropies, 1024);
}

/// The sum of one term a row: inside the fixed blocks in order, over blocks exactly. |partial sums| < bound.
/// Collective.
double TsneGradient::sum_over_rows(std::span<const double> terms, double bound) const {
  ExactSum total(1, bound_exponent_of(bound));
  for (const MyBlock block : my_blocks(comm_, static_cast<Index>(terms.size()), global_rows_)) {
    double sum = 0;
    for (Index i = block.first; i < block.first + block.count; ++i) sum += terms[static_cast<std::size_t>(i)];
    total.add(std::span<const double>(&sum, 1));
  }
  total.reduce(comm_);
  return total[0];
}

Repulsion TsneGradient::repulsion(const Points& points) {
  const Index first = shard_.begin, count = shard_.size();
  if (method_ == GradientMethod::fft) {
    const SplineGrid grid = SplineGrid::over(points);
    if (is_cheaper(grid, points)) return grid_(grid, points, first, count);
  }
  if (method_ == GradientMethod::barnes_hut) return Quadtree(points).repulsion(first, count, theta_);
  return pair_repulsion(comm_, points);
}

void TsneGradient::operator()(const Points& points, double exaggeration, std::span<float> x, std::span<float> y) {
  const Repulsion away = repulsion(points);
  const auto n = static_cast<double>(global_rows_);
  z_ = sum_over_rows(away.kernel_sums, 2 * n * n);
  attraction(affinities_, points, x, y);
  const auto pull = static_cast<float>(4 * exaggeration), push = static_cast<float>(4 / z_);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = pull * x[i] - push * away.x[i];
    y[i] = pull * y[i] - push * away.y[i];
  }
}

double TsneGradient::divergence(const Points& points) const {
  std::vector<double> terms(static_cast<std::size_t>(shard_.size()));
  affinity_log_distances(affinities_, points, terms);
  return sum_over_rows(terms, 1024) - entropy_ + sum_ * std::log(z_);
}

}  // namespace shoal
