#include "shoal/math/clustering_scores.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "reference/clustering_reference.hpp"

namespace shoal {
namespace {

template <class Classes, class Clusters>
MatrixI table_of(const Classes& classes, const Clusters& clusters) {
  MatrixI table = MatrixI::Zero(*std::max_element(classes.begin(), classes.end()) + 1,
                                *std::max_element(clusters.begin(), clusters.end()) + 1);
  for (std::size_t i = 0; i < classes.size(); ++i) ++table(classes[i], clusters[i]);
  return table;
}

void expect_scores(const MatrixI& table, const reference::Scores& expected) {
  EXPECT_NEAR(matched_accuracy(table).accuracy, expected.accuracy, 1e-14);
  EXPECT_NEAR(purity(table), expected.purity, 1e-14);
  EXPECT_NEAR(normalized_mutual_information(table), expected.nmi, 1e-12);
  EXPECT_NEAR(adjusted_rand_index(table), expected.ari, 1e-12);
}

TEST(ClusteringScores, agree_with_scikit_learn) {
  expect_scores(table_of(reference::classes, reference::kmeans_labels), reference::scores_of_kmeans);
  expect_scores(table_of(reference::classes, reference::more_clusters), reference::scores_of_more_clusters);
}

TEST(ClusteringScores, agree_with_scikit_learn_at_the_edges) {
  std::vector<int> all(reference::n), zero(reference::n, 0), parity;
  for (int i = 0; i < reference::n; ++i) {
    all[static_cast<std::size_t>(i)] = i;
    parity.push_back(i % 2);
  }
  expect_scores(table_of(reference::classes, zero), reference::scores_of_one_cluster);
  expect_scores(table_of(reference::classes, all), reference::scores_of_singletons);
  expect_scores(table_of(reference::classes, reference::classes), reference::scores_of_itself);
  expect_scores(table_of(reference::classes, parity), reference::scores_of_parity);
  expect_scores(table_of(zero, zero), reference::scores_of_one_class_in_one_cluster);
  expect_scores(table_of(zero, all), reference::scores_of_one_class_in_singletons);
}

TEST(ClusteringScores, empty_clusters_change_nothing) {
  MatrixI table(2, 3), wider(2, 5);
  table << 5, 1, 0, 2, 2, 7;
  wider << 5, 0, 1, 0, 0, 2, 0, 2, 7, 0;
  EXPECT_EQ(matched_accuracy(wider).accuracy, matched_accuracy(table).accuracy);
  EXPECT_EQ(purity(wider), purity(table));
  EXPECT_EQ(normalized_mutual_information(wider), normalized_mutual_information(table));
  EXPECT_EQ(adjusted_rand_index(wider), adjusted_rand_index(table));
}

TEST(ClusteringScores, names_clusters_after_classes) {
  MatrixI table(2, 3);
  table << 1, 9, 0, 8, 2, 1;
  EXPECT_EQ(matched_accuracy(table).class_of_cluster, (std::vector<Index>{1, 0, -1}));
}

TEST(ClusteringScores, of_no_samples_are_one) {
  const MatrixI none(0, 0);
  expect_scores(none, {1, 1, 1, 1});
  expect_scores(MatrixI::Zero(2, 3), {1, 1, 1, 1});
}

TEST(ClusteringScores, of_a_billion_samples_do_not_overflow) {
  MatrixI table(2, 2);
  table << 400'000'000, 100'000'000, 100'000'000, 400'000'000;
  EXPECT_NEAR(adjusted_rand_index(table), 0.36, 1e-8);
  EXPECT_EQ(matched_accuracy(table).accuracy, 0.8);
}

}  // namespace
}  // namespace shoal
