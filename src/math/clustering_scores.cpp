#include "shoal/math/clustering_scores.hpp"

#include <cmath>
#include <limits>

namespace shoal {
namespace {

using Counts = Eigen::Matrix<std::int64_t, Eigen::Dynamic, 1>;

double share(std::int64_t part, std::int64_t n) {
  return n == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(n);
}

/// H = -sum_i p_i log p_i in nats.
double entropy(const Counts& counts, double n) {
  double sum = 0;
  for (const std::int64_t count : counts)
    if (count > 0) sum -= static_cast<double>(count) / n * std::log(static_cast<double>(count) / n);
  return sum;
}

std::int64_t ordered_pairs(const auto& counts) {
  return (counts.array() * (counts.array() - 1)).sum();
}

}  // namespace

MatchedAccuracy matched_accuracy(const MatrixI& contingency) {
  MatchedAccuracy result{0, best_matching(contingency.transpose())};
  std::int64_t right = 0;
  for (std::size_t c = 0; c < result.class_of_cluster.size(); ++c)
    if (const Index i = result.class_of_cluster[c]; i >= 0) right += contingency(i, static_cast<Index>(c));
  result.accuracy = share(right, contingency.sum());
  return result;
}

double purity(const MatrixI& contingency) {
  std::int64_t right = 0;
  if (contingency.rows() > 0)
    for (Index c = 0; c < contingency.cols(); ++c) right += contingency.col(c).maxCoeff();
  return share(right, contingency.sum());
}

double normalized_mutual_information(const MatrixI& contingency) {
  const Counts classes = contingency.rowwise().sum(), clusters = contingency.colwise().sum();
  const std::int64_t total = contingency.sum();
  const Index filled_classes = (classes.array() > 0).count(), filled_clusters = (clusters.array() > 0).count();
  if (total == 0 || (filled_classes == 1 && filled_clusters == 1)) return 1.0;
  const auto n = static_cast<double>(total);
  double information = 0;
  for (Index i = 0; i < contingency.rows(); ++i)
    for (Index c = 0; c < contingency.cols(); ++c)
      if (const auto count = static_cast<double>(contingency(i, c)); count > 0)
        information +=
            count / n * std::log(n * count / (static_cast<double>(classes[i]) * static_cast<double>(clusters[c])));
  // Independent partitions: what is left is rounding. One of the entropies may be zero here.
  if (information <= std::numeric_limits<double>::epsilon()) return 0.0;
  return information / ((entropy(classes, n) + entropy(clusters, n)) / 2);
}

double adjusted_rand_index(const MatrixI& contingency) {
  const Counts classes = contingency.rowwise().sum(), clusters = contingency.colwise().sum();
  const std::int64_t n = contingency.sum();
  const std::int64_t both = ordered_pairs(contingency);
  const std::int64_t only_class = ordered_pairs(classes) - both, only_cluster = ordered_pairs(clusters) - both;
  const std::int64_t neither = n * (n - 1) - both - only_class - only_cluster;
  if (only_class == 0 && only_cluster == 0) return 1.0;
  const auto tp = static_cast<double>(both), fn = static_cast<double>(only_class);
  const auto fp = static_cast<double>(only_cluster), tn = static_cast<double>(neither);
  return 2 * (tp * tn - fn * fp) / ((tp + fn) * (fn + tn) + (tp + fp) * (fp + tn));
}

}  // namespace shoal
