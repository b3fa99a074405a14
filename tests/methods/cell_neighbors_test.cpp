#include "shoal/methods/cell_neighbors.hpp"

#include <gtest/gtest.h>

#include <set>

#include "shoal/core/error.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

/// Fits once more alone, compares bits, and returns what one rank found.
CellNeighbors expect_same_as_alone(const Matrix& all, Index k) {
  const auto comm = test_world();
  const CellNeighbors here = cell_neighbors(comm, my_part(comm, all), all.rows(), k);
  CellNeighbors alone = cell_neighbors(test_alone(), all, all.rows(), k);
  const Shard shard = RowBlocks::of(all.rows()).shard(comm.rank(), comm.size());
  EXPECT_EQ(here.visited, alone.visited);
  EXPECT_EQ(here.recall, alone.recall);
  EXPECT_EQ(static_cast<Index>(here.near.found.size()), shard.size() * k);
  for (Index i = 0; i < shard.size(); ++i)
    for (Index j = 0; j < k; ++j) {
      EXPECT_EQ(here.near.of(i)[j].row, alone.near.of(shard.begin + i)[j].row);
      EXPECT_EQ(here.near.of(i)[j].squared_distance, alone.near.of(shard.begin + i)[j].squared_distance);
    }
  return alone;
}

/// Share of the true neighbours that are among the found; and no row is found twice, or is its own neighbour.
double recall_of(const Neighbors& found, const Matrix& all) {
  const Neighbors exact = exact_neighbors(test_alone(), all, all.rows(), found.k);
  Index right = 0;
  for (Index i = 0; i < all.rows(); ++i) {
    std::set<std::int32_t> rows;
    for (Index j = 0; j < found.k; ++j) rows.insert(found.of(i)[j].row);
    EXPECT_EQ(static_cast<Index>(rows.size()), found.k);
    EXPECT_FALSE(rows.contains(static_cast<std::int32_t>(i)));
    for (Index j = 0; j < found.k; ++j) right += rows.contains(exact.of(i)[j].row);
  }
  return static_cast<double>(right) / static_cast<double>(exact.found.size());
}

TEST(CellNeighbors, of_clusters_and_of_the_plane_are_nearly_all_found_in_few_cells) {
  for (const Index d : {2, 8}) {
    const Matrix all = test_clusters(3000, d, 30, 6);
    const CellNeighbors found = expect_same_as_alone(all, 12);
    EXPECT_LT(found.visited, found.cells / 4);
    EXPECT_EQ(found.sample, 1000);
    const double recall = recall_of(found.near, all);
    EXPECT_GT(recall, 0.95);
    EXPECT_NEAR(recall, found.recall, 0.01);
  }
}

TEST(CellNeighbors, are_looked_for_everywhere_where_cells_do_not_help) {
  const Matrix all = test_clusters(300, 64, 1);  // noise
  const CellNeighbors found = expect_same_as_alone(all, 200);
  EXPECT_EQ(found.visited, found.cells);
  EXPECT_EQ(found.recall, 1);
  EXPECT_EQ(recall_of(found.near, all), 1);
}

TEST(CellNeighbors, of_3072_features_in_clusters_are_found) {
  const Matrix all = test_clusters(600, 3072, 60, 4);
  const CellNeighbors found = expect_same_as_alone(all, 5);
  EXPECT_LT(found.visited, found.cells / 2);
  EXPECT_GT(recall_of(found.near, all), 0.95);
}

TEST(CellNeighbors, a_row_far_from_all_others_looks_further) {
  Matrix all = test_clusters(1000, 3, 10, 8);
  for (const Index i : {5, 400, 999}) all.row(i).setConstant(static_cast<float>(1000 + 500 * i));
  const CellNeighbors found = expect_same_as_alone(all, 15);
  EXPECT_LT(found.visited, found.cells / 2);
  EXPECT_GT(recall_of(found.near, all), 0.95);
}

TEST(CellNeighbors, of_equal_rows_are_the_first_ones) {
  const Matrix all = Matrix::Constant(100, 4, 0.1f);
  EXPECT_EQ(recall_of(expect_same_as_alone(all, 9).near, all), 1);
  Matrix twice = test_clusters(600, 5, 6);
  twice.bottomRows(300) = twice.topRows(300);
  EXPECT_GT(recall_of(expect_same_as_alone(twice, 5).near, twice), 0.95);
}

TEST(CellNeighbors, of_few_rows_on_ranks_without_any) {
  for (const Index n : {2, 4, 20}) {
    const Matrix all = test_clusters(n, 3, 2);
    const Index k = std::min<Index>(n - 1, 3);
    recall_of(expect_same_as_alone(all, k).near, all);
  }
}

TEST(CellNeighbors, too_many_are_an_error_on_all_ranks) {
  const auto comm = test_world();
  const Matrix all = test_clusters(20, 3, 2);
  EXPECT_THROW(cell_neighbors(comm, my_part(comm, all), 20, 20), Error);
}

}  // namespace
}  // namespace shoal
