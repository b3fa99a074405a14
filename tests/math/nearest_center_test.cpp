#include "shoal/math/nearest_center.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "test_clusters.hpp"

namespace shoal {
namespace {

std::vector<std::int32_t> labels_of(const MatrixD& centers, const Matrix& rows) {
  std::vector<std::int32_t> labels(static_cast<std::size_t>(rows.rows()));
  NearestCenter(centers).find(rows.data(), rows.rows(), labels);
  return labels;
}

/// The definition: all distances in double, the first of the least.
std::vector<std::int32_t> plain_labels(const MatrixD& centers, const Matrix& rows) {
  std::vector<std::int32_t> labels;
  for (Index i = 0; i < rows.rows(); ++i) {
    std::int32_t best = 0;
    for (Index c = 1; c < centers.rows(); ++c)
      if (squared_distance(rows.row(i).data(), centers.row(c).data(), rows.cols()) <
          squared_distance(rows.row(i).data(), centers.row(best).data(), rows.cols()))
        best = static_cast<std::int32_t>(c);
    labels.push_back(best);
  }
  return labels;
}

TEST(SquaredDistance, is_the_sum_of_squares_for_any_width) {
  for (const Index d : {1, 7, 8, 15, 16, 24, 41}) {
    const Matrix x = test_clusters(1, d, 1);
    const VectorD c = VectorD::LinSpaced(d, -2, 3);
    EXPECT_NEAR(squared_distance(x.data(), c.data(), d), (x.row(0).transpose().cast<double>() - c).squaredNorm(),
                1e-12);
  }
}

TEST(NearestCenter, is_that_of_double_arithmetic_for_any_shape) {
  for (const Index d : {1, 3, 16, 50})
    for (const Index k : {1, 2, 5, 8, 9, 10, 23}) {
      const Matrix rows = test_clusters(203, d, 4);
      const MatrixD centers = test_clusters(k, d, 7, 2).cast<double>() / 1.1;
      EXPECT_EQ(labels_of(centers, rows), plain_labels(centers, rows)) << d << " " << k;
    }
}

TEST(NearestCenter, a_large_common_offset_and_near_ties_are_decided_in_double) {
  // Spread 1 at 100,000, and centres that differ by less than a float there can tell.
  const Matrix rows = test_clusters(500, 6, 3).array() + 1e5f;
  MatrixD centers = rows.topRows(6).cast<double>();
  centers.row(3) = centers.row(0).array() + 1e-4;
  centers.row(4) = centers.row(1).array() - 1e-9;
  EXPECT_EQ(labels_of(centers, rows), plain_labels(centers, rows));
}

TEST(NearestCenter, equal_centres_give_the_lowest) {
  const Matrix rows = test_clusters(40, 5, 2);
  MatrixD centers(3, 5);
  centers.row(0).setConstant(1e6);
  centers.row(1) = centers.row(2) = rows.row(0).cast<double>();
  for (const auto label : labels_of(centers, rows)) EXPECT_EQ(label, 1);
}

TEST(NearestCenter, values_near_the_limits_of_float_are_decided_in_double) {
  Matrix rows(3, 2);
  rows << 3e38f, -3e38f, -3e38f, 3e38f, 1e-30f, 2e-30f;
  MatrixD centers(4, 2);
  centers << -3e38, 3e38, 3e38, -3e38, 1e-30, 2e-30, 0, 0;
  EXPECT_EQ(labels_of(centers, rows), (std::vector<std::int32_t>{1, 0, 2}));
}

}  // namespace
}  // namespace shoal
