#include "shoal/math/repulsion.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shoal/math/mutual_repulsion.hpp"
#include "shoal/math/quadtree.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

Points test_points(Index n, double scale) {
  Points points(n);
  const Matrix rows = test_clusters(n, 2, 6);
  for (Index i = 0; i < n; ++i) {
    points.x[static_cast<std::size_t>(i)] = static_cast<float>(scale) * rows(i, 0);
    points.y[static_cast<std::size_t>(i)] = static_cast<float>(scale) * rows(i, 1);
  }
  return points;
}

/// Kernel sums and forces in double: (n, 3).
MatrixD plain_repulsion(const Points& points) {
  const Index n = points.size();
  MatrixD all = MatrixD::Zero(n, 3);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) {
      if (i == j) continue;
      const auto at = [](const auto& v, Index k) { return static_cast<double>(v[static_cast<std::size_t>(k)]); };
      const double dx = at(points.x, i) - at(points.x, j), dy = at(points.y, i) - at(points.y, j);
      const double q = 1 / (1 + dx * dx + dy * dy);
      all(i, 0) += q;
      all(i, 1) += q * q * dx;
      all(i, 2) += q * q * dy;
    }
  return all;
}

MatrixD matrix_of(const Repulsion& repulsion) {
  MatrixD all(static_cast<Index>(repulsion.x.size()), 3);
  for (Index i = 0; i < all.rows(); ++i) {
    const auto k = static_cast<std::size_t>(i);
    all.row(i) << repulsion.kernel_sums[k], static_cast<double>(repulsion.x[k]), static_cast<double>(repulsion.y[k]);
  }
  return all;
}

/// The same from pairs that are dealt out in `shares`: (n, 3).
MatrixD mutual_repulsion(const Points& points, Index shares) {
  const auto n = static_cast<std::size_t>(points.size());
  const MutualRepulsion pairs(points);
  std::vector<std::int64_t> sums[3];
  for (auto& quantity : sums) quantity.resize(n);
  for (Index share = 0; share < shares; ++share) pairs.add(share, shares, sums[0], sums[1], sums[2]);
  MatrixD all(points.size(), 3);
  for (std::size_t i = 0; i < n; ++i)
    for (Index c = 0; c < 3; ++c)
      all(static_cast<Index>(i), c) = static_cast<double>(sums[c][i]) * pairs.unit() - (c == 0 ? 1 : 0);
  return all;
}

double error(const MatrixD& a, const MatrixD& b) {
  return (a - b).norm() / b.norm();
}

TEST(Repulsion, pair_by_pair_is_what_a_plain_loop_in_double_gives) {
  for (const Index n : {1, 4, 31, 700})
    for (const double scale : {1e-4, 1.0, 20.0}) {
      const Points points = test_points(n, scale);
      const MatrixD plain = plain_repulsion(points);
      MatrixD found = matrix_of(exact_repulsion(points, points.x, points.y));
      found.col(0).array() -= 1;  // the point itself
      EXPECT_LT((plain - found).col(0).norm(), 2e-6 * std::sqrt(n) * (1 + plain.col(0).norm())) << n;
      if (n > 1) {
        EXPECT_LT(error(found.rightCols(2), plain.rightCols(2)), 2e-5) << n << " at " << scale;
      }
    }
}

TEST(MutualRepulsion, is_what_a_plain_loop_in_double_gives) {
  for (const Index n : {1, 2, 16, 127, 130, 700, 1301})
    for (const double scale : {1e-4, 1.0, 20.0}) {
      const Points points = test_points(n, scale);
      const MatrixD plain = plain_repulsion(points), found = mutual_repulsion(points, 1);
      EXPECT_LT((plain - found).col(0).norm(), 2e-6 * std::sqrt(n) * (1 + plain.col(0).norm())) << n;
      if (n > 1) {
        EXPECT_LT(error(found.rightCols(2), plain.rightCols(2)), 2e-5) << n << " at " << scale;
      }
      EXPECT_LT(std::abs(found.col(1).sum()), 1e-5 * static_cast<double>(n)) << "what acts on both ends adds up to 0";
    }
}

TEST(MutualRepulsion, is_the_same_however_the_pairs_are_dealt_out) {
  const Points points = test_points(1100, 2);
  const MatrixD all = mutual_repulsion(points, 1);
  for (const Index shares : {2, 3, 7, 1000}) EXPECT_TRUE(all == mutual_repulsion(points, shares)) << shares;
}

TEST(Repulsion, of_a_point_is_the_same_in_any_company) {
  const Points points = test_points(100, 2);
  const Repulsion all = exact_repulsion(points, points.x, points.y);
  const std::span<const float> x(points.x), y(points.y);
  for (const std::size_t first : {0u, 7u, 90u}) {
    const Repulsion part = exact_repulsion(points, x.subspan(first), y.subspan(first));
    EXPECT_TRUE(same_bits(part.x, std::span(all.x).subspan(first)));
    EXPECT_TRUE(same_bits(part.kernel_sums, std::span(all.kernel_sums).subspan(first)));
  }
}

TEST(Quadtree, with_theta_0_gives_all_pairs) {
  const Points points = test_points(500, 3);
  EXPECT_LT(error(matrix_of(Quadtree(points).repulsion(0, 500, 0)), plain_repulsion(points)), 1e-6);
}

TEST(Quadtree, errs_the_less_the_smaller_theta_is) {
  const Points points = test_points(2000, 5);
  const MatrixD plain = plain_repulsion(points);
  const Quadtree tree(points);
  double before = 0.05;
  for (const double theta : {0.5, 0.25, 0.1}) {
    const double now = error(matrix_of(tree.repulsion(0, 2000, theta)).rightCols(2), plain.rightCols(2));
    EXPECT_LT(now, before / 2) << theta;
    EXPECT_GT(now, 1e-7);
    before = now;
  }
}

TEST(Quadtree, gives_a_part_of_the_points_what_it_gives_all) {
  const Points points = test_points(300, 5);
  const Quadtree tree(points);
  const Repulsion all = tree.repulsion(0, 300, 0.5), part = tree.repulsion(100, 50, 0.5);
  EXPECT_TRUE(same_bits(part.x, std::span(all.x).subspan(100, 50)));
}

TEST(Quadtree, points_that_coincide_do_not_push_each_other) {
  Points points(40);
  std::fill(points.x.begin(), points.x.begin() + 20, 1.0f);
  const Repulsion found = Quadtree(points).repulsion(0, 40, 0.5);
  EXPECT_NEAR(found.kernel_sums[0], 19 + 20 * 0.5, 1e-9);
  EXPECT_NEAR(found.x[0], 20 * 0.25, 1e-6);
  EXPECT_EQ(found.y[0], 0);
}

}  // namespace
}  // namespace shoal
