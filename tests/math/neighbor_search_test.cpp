#include "shoal/math/neighbor_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "shoal/math/row_distance.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

/// All rows by distance and number, without the query's own.
std::vector<Neighbor> plain_neighbors(const Matrix& rows, const float* query, Index own, Index k) {
  std::vector<Neighbor> all;
  for (Index j = 0; j < rows.rows(); ++j)
    if (j != own)
      all.push_back({squared_distance(query, rows.row(j).data(), rows.cols()), static_cast<std::int32_t>(j)});
  std::sort(all.begin(), all.end());
  all.resize(static_cast<std::size_t>(k));
  return all;
}

void expect_plain(const Matrix& rows, Index k, const std::vector<float>& origin, float scale) {
  std::vector<std::int32_t> own(static_cast<std::size_t>(rows.rows()));
  std::iota(own.begin(), own.end(), 0);
  NeighborSearch search(rows.data(), rows.rows(), rows.cols(), k, {origin, scale}, own);
  // In blocks of odd sizes, the last one first.
  const Index half = rows.rows() / 2 + 1;
  search.visit(rows.data() + half * rows.cols(), rows.rows() - half, half);
  search.visit(rows.data(), half, 0);
  const auto found = search.take();
  for (Index i = 0; i < rows.rows(); ++i) {
    const auto plain = plain_neighbors(rows, rows.row(i).data(), i, k);
    for (Index j = 0; j < k; ++j) {
      const Neighbor& got = found[static_cast<std::size_t>(i * k + j)];
      ASSERT_EQ(got.row, plain[static_cast<std::size_t>(j)].row) << "query " << i << ", neighbour " << j;
      ASSERT_EQ(got.squared_distance, plain[static_cast<std::size_t>(j)].squared_distance);
    }
  }
}

TEST(NeighborSearch, finds_what_a_plain_loop_in_double_finds) {
  for (const Index d : {1, 2, 3, 16, 33, 784, 3072}) {
    const Matrix rows = test_clusters(d > 100 ? 90 : 301, d, 5);
    expect_plain(rows, 7, std::vector<float>(static_cast<std::size_t>(d), 0), 0x1p-13f);
  }
}

TEST(NeighborSearch, ties_go_to_the_lowest_rows) {
  Matrix rows = test_clusters(40, 3, 2);
  for (Index i = 20; i < 40; ++i) rows.row(i) = rows.row(i - 20);
  expect_plain(rows, 5, {0, 0, 0}, 0x1p-6f);
  expect_plain(Matrix::Constant(50, 3, 0.1f), 9, {0.1f, 0.1f, 0.1f}, 1);
  expect_plain((test_clusters(200, 2, 3).array() / 4).round(), 20, {0, 0}, 0x1p-6f);  // many equal distances
}

TEST(NeighborSearch, a_large_offset_and_tiny_distances_cost_no_neighbour) {
  const Matrix rows = test_clusters(150, 6, 3).array() * 1e-3f + 1000;
  expect_plain(rows, 10, std::vector<float>(6, 0), 0x1p-14f);
  expect_plain(rows, 10, std::vector<float>(6, 1000), 0x1p-2f);
  expect_plain(test_clusters(150, 6, 3) * 1e-18f, 10, std::vector<float>(6, 0), 0x1p50f);
  expect_plain(test_clusters(150, 6, 3) * 1e18f, 10, std::vector<float>(6, 0), 0x1p-70f);
}

TEST(NeighborSearch, of_chosen_queries_and_numbered_rows_finds_what_is_among_them) {
  const Matrix rows = test_clusters(200, 5, 4);
  std::vector<std::int32_t> own(200), numbers(200), even;
  std::iota(own.begin(), own.end(), 1000);
  for (Index i = 0; i < 200; ++i) {
    numbers[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(1199 - i);  // the rows turned round
    if (i % 2 == 0) even.push_back(static_cast<std::int32_t>(i));
  }
  const Matrix turned = rows.colwise().reverse();
  NeighborSearch search(rows.data(), 200, 5, 6, {std::vector<float>(5, 0), 0x1p-8f}, own);
  // All see the first hundred of them, queries of even numbers the others, too.
  std::vector<std::int32_t> all(200);
  std::iota(all.begin(), all.end(), 0);
  search.visit(turned.data(), std::span(numbers).first(100), all);
  search.visit(turned.data() + 100 * 5, std::span(numbers).subspan(100), even);
  const auto found = search.take();
  for (Index i = 0; i < 200; ++i) {
    const Matrix seen = i % 2 == 0 ? rows : Matrix(rows.bottomRows(100));
    const Index first = i % 2 == 0 ? 0 : 100;
    const auto plain = plain_neighbors(seen, rows.row(i).data(), i - first, 6);
    for (Index j = 0; j < 6; ++j)
      EXPECT_EQ(found[static_cast<std::size_t>(6 * i + j)].row, 1000 + first + plain[static_cast<std::size_t>(j)].row);
  }
}

TEST(NeighborSearch, queries_that_are_not_among_the_rows_may_coincide_with_one) {
  const Matrix rows = test_clusters(70, 4, 3), queries = rows.middleRows(10, 20);
  NeighborSearch search(queries.data(), 20, 4, 3, {std::vector<float>(4, 0), 0x1p-8f}, {});
  search.visit(rows.data(), 70, 0);
  const auto found = search.take();
  for (Index i = 0; i < 20; ++i) {
    EXPECT_EQ(found[static_cast<std::size_t>(3 * i)].row, 10 + i);
    EXPECT_EQ(found[static_cast<std::size_t>(3 * i)].squared_distance, 0);
  }
}

}  // namespace
}  // namespace shoal
