#include "shoal/math/cluster_indices.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace shoal {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

std::vector<Index> clusters_with_rows(const ClusterSpread& spread) {
  std::vector<Index> clusters;
  for (Index c = 0; c < std::ssize(spread.counts); ++c)
    if (spread.counts[static_cast<std::size_t>(c)] > 0) clusters.push_back(c);
  return clusters;
}

}  // namespace

double davies_bouldin(const ClusterSpread& spread) {
  const auto clusters = clusters_with_rows(spread);
  if (clusters.size() < 2) return undefined;
  double sum = 0;
  for (const Index i : clusters) {
    double worst = 0;
    for (const Index j : clusters) {
      if (i == j) continue;
      const double apart = (spread.means.row(i) - spread.means.row(j)).norm();
      // Means that are one say nothing.
      if (apart > 0) worst = std::max(worst, (spread.mean_distances[i] + spread.mean_distances[j]) / apart);
    }
    sum += worst;
  }
  return sum / static_cast<double>(clusters.size());
}

double calinski_harabasz(const ClusterSpread& spread) {
  const auto k = std::ssize(clusters_with_rows(spread));
  const auto n = std::accumulate(spread.counts.begin(), spread.counts.end(), std::int64_t{0});
  if (k < 2 || k >= n) return undefined;
  if (spread.within == 0) return 1;
  return spread.between * static_cast<double>(n - k) / (spread.within * static_cast<double>(k - 1));
}

Gap gap_of(double inertia, const std::vector<double>& reference_inertias) {
  const auto sets = static_cast<double>(reference_inertias.size());
  double sum = 0, squares = 0;
  for (const double w : reference_inertias) sum += std::log(w);
  const double mean = sum / sets;
  for (const double w : reference_inertias) squares += (std::log(w) - mean) * (std::log(w) - mean);
  return {mean - std::log(inertia), std::sqrt((1 + 1 / sets) * squares / sets)};
}

Index chosen_by_gap(const std::vector<Gap>& gaps) {
  for (std::size_t i = 0; i + 1 < gaps.size(); ++i)
    if (gaps[i].gap >= gaps[i + 1].gap - gaps[i + 1].standard_error) return static_cast<Index>(i);
  const auto less = [](const Gap& a, const Gap& b) { return a.gap < b.gap; };
  return std::max_element(gaps.begin(), gaps.end(), less) - gaps.begin();
}

}  // namespace shoal
