#include "shoal/methods/map_quality.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "reference/tsne_reference.hpp"
#include "shoal/methods/neighbors.hpp"
#include "shoal/methods/place_points.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

TEST(MapQuality, agrees_with_scikit_learn_on_any_number_of_ranks) {
  namespace reference = tsne_reference;
  const auto comm = test_world();
  const auto rows = test_matrix<Matrix>(reference::rows, reference::n, reference::d);
  const auto map = test_matrix<Matrix>(reference::points, reference::n, 2);
  const MapQuality quality = measure_map(comm, my_part(comm, rows), reference::n, my_part(comm, map));
  EXPECT_EQ(quality.neighbors, 15);
  EXPECT_EQ(quality.sample, reference::n);
  EXPECT_NEAR(quality.trustworthiness, reference::trustworthiness_15, 1e-12);
  EXPECT_NEAR(quality.preservation, reference::preservation_15, 1e-12);
  EXPECT_TRUE(std::isnan(quality.nearest_accuracy));
  EXPECT_TRUE(std::isnan(quality.kmeans_accuracy));
}

TEST(MapQuality, of_the_data_themselves_is_perfect_and_a_sample_says_so_too) {
  const auto comm = test_world();
  for (const Index n : {4, 60, 5500}) {
    const Matrix rows = test_clusters(n, 2, 4, 20);
    const Matrix mine = my_part(comm, rows);
    std::vector<std::int64_t> labels;
    const Shard shard = RowBlocks::of(n).shard(comm.rank(), comm.size());
    for (Index i = shard.begin; i < shard.end; ++i) labels.push_back(i % 4);
    const MapQuality quality = measure_map(comm, mine, n, mine, labels);
    EXPECT_EQ(quality.trustworthiness, 1);
    EXPECT_EQ(quality.preservation, 1);
    EXPECT_EQ(quality.sample, n > 5000 ? 2000 : n);
    if (n > 4) {
      EXPECT_GT(quality.nearest_accuracy, 0.9);
      EXPECT_GT(quality.kmeans_accuracy, 0.9);
    }
  }
}

TEST(PlacePoints, a_fitted_row_comes_to_lie_near_its_own_place) {
  const auto comm = test_world();
  const Matrix rows = test_clusters(300, 2, 3, 8);  // a map of themselves
  Points map(300);
  for (Index i = 0; i < 300; ++i) {
    map.x[static_cast<std::size_t>(i)] = rows(i, 0);
    map.y[static_cast<std::size_t>(i)] = rows(i, 1);
  }
  const Matrix queries = my_part(comm, rows);
  const Neighbors near = neighbors_among(comm, queries, queries, 300, 15);
  const Matrix placed = place_points(near, map, 5);
  ASSERT_EQ(placed.rows(), queries.rows());
  Index strayed = 0;
  for (Index i = 0; i < placed.rows(); ++i) strayed += (placed.row(i) - queries.row(i)).norm() > 2;
  EXPECT_LE(strayed, placed.rows() / 20);
}

}  // namespace
}  // namespace shoal
