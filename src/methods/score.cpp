#include "shoal/methods/score.hpp"

#include <algorithm>
#include <string>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/math/clustering_scores.hpp"
#include "shoal/methods/column_statistics.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

using Labels = std::span<const std::int64_t>;

void require_same_length(std::size_t labels, std::size_t others, const std::string& what) {
  if (labels != others)
    throw input_error("There are " + format_count(static_cast<Index>(labels)) + " labels for " +
                          format_count(static_cast<Index>(others)) + " " + what + ".",
                      "Give the labels of the same rows.");
}

std::vector<std::int64_t> sorted_distinct(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

/// The distinct labels of all ranks, ascending. Collective.
std::vector<std::int64_t> distinct_labels(const Communicator& comm, Labels labels) {
  const auto mine = sorted_distinct({labels.begin(), labels.end()});
  return sorted_distinct(comm.concatenate(Labels(mine)));
}

Index class_of(const std::vector<std::int64_t>& class_values, std::int64_t label) {
  return std::lower_bound(class_values.begin(), class_values.end(), label) - class_values.begin();
}

}  // namespace

ClusterScores score_clusters(const Communicator& comm, Labels labels, std::span<const std::int32_t> predicted,
                             Index clusters) {
  if (clusters == 0) {
    for (const std::int32_t c : predicted) clusters = std::max<Index>(clusters, c + Index{1});
    clusters = comm.max(clusters);
  }
  agree(comm, [&] {
    require_same_length(labels.size(), predicted.size(), "predictions");
    for (const std::int32_t c : predicted)
      if (c < 0 || c >= clusters)
        throw input_error("A row is predicted to be of cluster " + std::to_string(c) + ", but there are " +
                          std::to_string(clusters) + ", numbered from 0.");
  });
  ClusterScores scores;
  scores.class_values = distinct_labels(comm, labels);
  scores.contingency = MatrixI::Zero(static_cast<Index>(scores.class_values.size()), clusters);
  for (std::size_t i = 0; i < labels.size(); ++i)
    ++scores.contingency(class_of(scores.class_values, labels[i]), predicted[i]);
  comm.sum(std::span<std::int64_t>(scores.contingency.data(), static_cast<std::size_t>(scores.contingency.size())));

  MatchedAccuracy matched = matched_accuracy(scores.contingency);
  scores.accuracy = matched.accuracy;
  scores.class_of_cluster = std::move(matched.class_of_cluster);
  scores.purity = purity(scores.contingency);
  scores.nmi = normalized_mutual_information(scores.contingency);
  scores.ari = adjusted_rand_index(scores.contingency);
  return scores;
}

ClassMeans per_class_mean(const Communicator& comm, Labels labels, std::span<const float> values, Index global_rows) {
  agree(comm, [&] { require_same_length(labels.size(), values.size(), "values"); });
  const auto rows = static_cast<Index>(values.size());
  const Matrix column = Eigen::Map<const Matrix>(values.data(), rows, 1);
  const double magnitude = largest_magnitude(comm, column, global_rows, "Mean of each class");

  ClassMeans result;
  result.class_values = distinct_labels(comm, labels);
  const auto classes = static_cast<Index>(result.class_values.size());
  result.counts.assign(result.class_values.size(), 0);
  ExactSum total(classes,
                 bound_exponent_of(magnitude * static_cast<double>(RowBlocks::of(global_rows).block_rows)) + 1);
  std::vector<double> sums(result.class_values.size());
  for (const MyBlock block : my_blocks(comm, rows, global_rows)) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (Index i = block.first; i < block.first + block.count; ++i) {
      const auto c = static_cast<std::size_t>(class_of(result.class_values, labels[static_cast<std::size_t>(i)]));
      sums[c] += static_cast<double>(values[static_cast<std::size_t>(i)]);
      ++result.counts[c];
    }
    total.add(std::span<const double>(sums));
  }
  total.reduce(comm);
  comm.sum(result.counts);
  for (Index c = 0; c < classes; ++c)
    result.means.push_back(total[c] / static_cast<double>(result.counts[static_cast<std::size_t>(c)]));
  return result;
}

}  // namespace shoal
