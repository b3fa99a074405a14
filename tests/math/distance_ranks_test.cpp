#include "shoal/math/distance_ranks.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "shoal/math/row_distance.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

/// Every third row asks for how many rows come before some of them: near and far ones.
void expect_plain(const Matrix& rows) {
  constexpr Index k = 5;
  const Index n = rows.rows(), d = rows.cols();
  std::vector<Index> own;
  std::vector<Neighbor> marks;
  for (Index i = 0; i < n; i += 3) {
    own.push_back(i);
    for (Index m = 0; m < k; ++m) {
      const Index row = (i + 1 + m * m * n / 30) % n;
      marks.push_back({squared_distance(rows.row(i).data(), rows.row(row).data(), d), static_cast<std::int32_t>(row)});
    }
  }
  Matrix queries(std::ssize(own), d);
  for (Index q = 0; q < queries.rows(); ++q) queries.row(q) = rows.row(own[static_cast<std::size_t>(q)]);
  DistanceRanks ranks(queries.data(), queries.rows(), d, marks, own);
  const Index half = n / 2 + 1;  // in blocks of odd sizes, the last one first
  ranks.visit(rows.data() + half * d, n - half, half);
  ranks.visit(rows.data(), half, 0);
  for (std::size_t e = 0; e < marks.size(); ++e) {
    const Index query = own[e / k];
    std::int64_t before = 0;
    for (Index j = 0; j < n; ++j)
      before += j != query && Neighbor{squared_distance(rows.row(query).data(), rows.row(j).data(), d),
                                       static_cast<std::int32_t>(j)} < marks[e];
    ASSERT_EQ(ranks.before()[e], before) << "row " << query << ", mark " << e % k << ", " << d << " columns";
  }
}

TEST(DistanceRanks, are_those_of_a_plain_loop_in_double) {
  for (const Index d : {1, 2, 3, 16, 33, 784}) expect_plain(test_clusters(d > 100 ? 90 : 301, d, 5));
  expect_plain(test_clusters(2, 3, 1));
}

TEST(DistanceRanks, of_equal_distances_go_by_the_rows_numbers) {
  Matrix rows = test_clusters(40, 3, 2);
  for (Index i = 20; i < 40; ++i) rows.row(i) = rows.row(i - 20);
  expect_plain(rows);
  expect_plain(Matrix::Constant(50, 3, 0.1f));
  expect_plain((test_clusters(200, 2, 3).array() / 4).round());
}

TEST(DistanceRanks, bear_offsets_and_the_limits_of_floats) {
  expect_plain(test_clusters(150, 6, 3).array() * 1e-3f + 1000);
  expect_plain(test_clusters(150, 6, 3).array() * 1e-24f);  // squares below the least float
  const Matrix far = test_clusters(150, 6, 3);
  expect_plain(far.array() * (std::numeric_limits<float>::max() / 4 / far.array().abs().maxCoeff()));  // and above
}

TEST(DistanceRanks, of_no_queries_are_none) {
  DistanceRanks ranks(nullptr, 0, 3, {}, {});
  const Matrix rows = test_clusters(5, 3, 1);
  ranks.visit(rows.data(), 5, 0);
  EXPECT_TRUE(ranks.before().empty());
}

}  // namespace
}  // namespace shoal
