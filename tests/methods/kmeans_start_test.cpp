#include "shoal/methods/kmeans_start.hpp"

#include <gtest/gtest.h>

#include <set>

#include "test_clusters.hpp"

namespace shoal {
namespace {

MatrixD start_of(const Communicator& comm, const Matrix& all, Index k, std::uint64_t start) {
  const Matrix mine = my_part(comm, all);
  return kmeans_plus_plus(comm, look_at_rows(comm, source_of(mine), {}, all.rows()), k, 3, start);
}

/// The lowest row of `all` that equals the centre; -1: none.
Index row_of(const Matrix& all, const MatrixD& centers, Index c) {
  for (Index i = 0; i < all.rows(); ++i)
    if (all.row(i).cast<double>() == centers.row(c)) return i;
  return -1;
}

TEST(KMeansPlusPlus, has_the_same_bits_for_any_number_of_ranks) {
  const auto comm = test_world();
  for (const Index n : {1000, 5001, 40, 3, 1})
    for (const Index k : {1, 9, 40})
      if (k <= n) {
        const Matrix all = test_clusters(n, 5, 4);
        EXPECT_TRUE(same_bits(elements(start_of(comm, all, k, 7)), elements(start_of(test_alone(), all, k, 7))));
      }
}

TEST(KMeansPlusPlus, centres_are_different_rows_and_depend_on_the_start) {
  const Matrix all = test_clusters(64, 3, 4);
  const MatrixD centers = start_of(test_world(), all, 64, 0);
  std::set<Index> rows;
  for (Index c = 0; c < 64; ++c) rows.insert(row_of(all, centers, c));
  EXPECT_EQ(rows.size(), 64U);  // never a row twice, as long as another is left
  EXPECT_EQ(rows.count(-1), 0U);
  EXPECT_FALSE(same_bits(elements(centers), elements(start_of(test_world(), all, 64, 1))));
}

TEST(KMeansPlusPlus, finds_far_clouds) {
  const Matrix all = test_clusters(800, 6, 8, 50);
  for (std::uint64_t start = 0; start < 5; ++start) {
    std::set<Index> clouds;
    const MatrixD centers = start_of(test_world(), all, 8, start);
    for (Index c = 0; c < 8; ++c) clouds.insert(row_of(all, centers, c) % 8);
    EXPECT_EQ(clouds.size(), 8U);
  }
}

TEST(KMeansPlusPlus, far_rows_are_drawn_first) {
  // Where one row is a hundred times as far as the others, the second centre is nearly always that one.
  Matrix all = Matrix::Zero(30, 1);
  for (Index i = 0; i < 30; ++i) all(i, 0) = static_cast<float>(i % 2);
  all(12, 0) = 1000;
  int found = 0;
  for (std::uint64_t start = 0; start < 20; ++start) found += start_of(test_world(), all, 2, start).maxCoeff() == 1000;
  EXPECT_EQ(found, 20);
}

TEST(KMeansPlusPlus, equal_rows_are_drawn_all_the_same) {
  const Matrix all = Matrix::Constant(20, 2, 1.5f);
  EXPECT_EQ(start_of(test_world(), all, 4, 0), MatrixD::Constant(4, 2, 1.5));
}

}  // namespace
}  // namespace shoal
