#include "shoal/math/eigen.hpp"

#include <gtest/gtest.h>

#include <Eigen/QR>
#include <cstring>
#include <limits>

#include "shoal/core/error.hpp"
#include "shoal/core/random.hpp"
#include "shoal/math/block_lanczos.hpp"
#include "shoal/math/symmetric_rows.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

MatrixD random_symmetric(Index d) {
  Random random(3, Stream::test);
  MatrixD a(d, d);
  for (Index i = 0; i < d; ++i)
    for (Index j = 0; j <= i; ++j) a(i, j) = a(j, i) = random.normal();
  return a;
}

TEST(LeadingEigenpairs, satisfy_their_equation_and_are_orthonormal) {
  for (const Index d : {1, 2, 7, 40})
    for (const Index k : {Index{1}, (d + 1) / 2, d}) {
      const MatrixD a = random_symmetric(d);
      const SymmetricEigen eigen = leading_eigenpairs(a, k);
      ASSERT_EQ(eigen.values.size(), k);
      ASSERT_EQ(eigen.vectors.rows(), k);
      const MatrixD residual = eigen.vectors * a - eigen.values.asDiagonal() * eigen.vectors;
      EXPECT_LT(residual.norm(), 1e-12 * a.norm()) << d << " " << k;
      EXPECT_LT((eigen.vectors * eigen.vectors.transpose() - MatrixD::Identity(k, k)).norm(), 1e-12);
      for (Index i = 1; i < k; ++i) EXPECT_GE(eigen.values[i - 1], eigen.values[i]);
    }
}

TEST(LeadingEigenpairs, a_part_of_them_are_the_first_of_all) {
  const MatrixD a = random_symmetric(30);
  const SymmetricEigen all = leading_eigenpairs(a, 30), part = leading_eigenpairs(a, 4);
  EXPECT_LT((all.values.head(4) - part.values).norm(), 1e-12);
  EXPECT_LT((all.vectors.topRows(4) - part.vectors).norm(), 1e-11);
}

TEST(LeadingEigenpairs, the_largest_entry_of_a_vector_is_positive) {
  MatrixD a(2, 2);
  a << 2, -1, -1, 2;
  const SymmetricEigen eigen = leading_eigenpairs(a, 2);
  EXPECT_NEAR(eigen.values[0], 3, 1e-14);
  EXPECT_NEAR(eigen.values[1], 1, 1e-14);
  for (Index i = 0; i < 2; ++i) EXPECT_NEAR(eigen.vectors.row(i).cwiseAbs().maxCoeff(), std::sqrt(0.5), 1e-14);
  const SymmetricEigen many = leading_eigenpairs(random_symmetric(25), 25);
  for (Index i = 0; i < 25; ++i) EXPECT_EQ(many.vectors.row(i).maxCoeff(), many.vectors.row(i).cwiseAbs().maxCoeff());
}

/// V diag(values) V^T with random orthonormal V.
MatrixD with_eigenvalues(const VectorD& values) {
  const Index d = values.size();
  const MatrixD v = Eigen::HouseholderQR<MatrixD>(random_symmetric(d)).householderQ();
  return v * values.asDiagonal() * v.transpose();
}

std::optional<SymmetricEigen> by_block_lanczos(const MatrixD& a, Index k) {
  return leading_by_block_lanczos(a, k,
                                  [&](const MatrixD& x, MatrixD& y) { multiply_rows(a, 0, a.rows(), x, y.data()); });
}

TEST(BlockLanczos, finds_what_lapack_finds) {
  const Index d = 600, k = 6;
  VectorD falling(d), repeated(d), of_low_rank = VectorD::Zero(d);
  for (Index i = 0; i < d; ++i) falling[i] = std::pow(0.9, static_cast<double>(i));
  repeated = falling;
  repeated.head(4).setConstant(3);  // an eigenvalue four times over
  of_low_rank.head(20).setLinSpaced(2, 1);
  for (const VectorD& values : {falling, repeated, of_low_rank}) {
    const MatrixD a = with_eigenvalues(values);
    const auto found = by_block_lanczos(a, k);
    ASSERT_TRUE(found.has_value());
    EXPECT_LT((found->values - values.head(k)).norm(), 1e-12 * values[0]);
    EXPECT_LT((found->vectors * a - found->values.asDiagonal() * found->vectors).norm(), 1e-11 * values[0]);
    EXPECT_LT((found->vectors * found->vectors.transpose() - MatrixD::Identity(k, k)).norm(), 1e-12);
  }
}

TEST(BlockLanczos, gives_up_where_eigenvalues_lie_too_close) {
  const MatrixD a = random_symmetric(300);
  EXPECT_FALSE(by_block_lanczos(a * a.transpose(), 10).has_value());
  EXPECT_FALSE(by_block_lanczos(MatrixD::Zero(300, 300), 2).has_value());
  EXPECT_FALSE(by_block_lanczos(MatrixD::Identity(20, 20), 2).has_value());
}

// A block of 8 vectors can find an eigenvalue 8 times at most, but for rounding.
TEST(BlockLanczos, misses_no_copy_of_an_eigenvalue) {
  const Index d = 600, k = 14;
  VectorD values(d);
  for (Index i = 0; i < d; ++i) values[i] = std::pow(0.8, static_cast<double>(i));
  values.head(12).setConstant(2);
  const MatrixD a = with_eigenvalues(values);
  if (const auto found = by_block_lanczos(a, k)) EXPECT_LT((found->values - values.head(k)).norm(), 1e-11 * values[0]);
  EXPECT_LT((leading_eigenpairs(a, k).values - values.head(k)).norm(), 1e-11 * values[0]);
}

TEST(SymmetricRows, are_those_of_the_product_whichever_are_asked_for) {
  for (const Index d : {1, 7, 33, 100}) {
    MatrixD a = random_symmetric(d), x(d, 16);
    for (Index i = 0; i < x.size(); ++i) x.data()[i] = std::sin(static_cast<double>(i));
    const MatrixD product = a * x;
    a.triangularView<Eigen::StrictlyLower>().setZero();
    mirror_upper_triangle(a);
    MatrixD all(d, 16), parts(d, 16);
    multiply_rows(a, 0, d, x, all.data());
    EXPECT_LT((all - product).norm(), 1e-12 * (1 + product.norm()));
    const Index half = d / 3;
    multiply_rows(a, 0, half, x, parts.data());
    multiply_rows(a, half, d - half, x, parts.data() + half * 16);
    EXPECT_EQ(std::memcmp(all.data(), parts.data(), sizeof(double) * static_cast<std::size_t>(all.size())), 0);
  }
}

TEST(LeadingEigenpairs, of_zero_are_zero_and_of_nan_an_error) {
  const SymmetricEigen eigen = leading_eigenpairs(MatrixD::Zero(3, 3), 2);
  EXPECT_EQ(eigen.values.norm(), 0);
  EXPECT_NEAR(eigen.vectors.norm(), std::sqrt(2.0), 1e-14);
  MatrixD bad = MatrixD::Identity(3, 3);
  bad(1, 2) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(leading_eigenpairs(bad, 1), Error);
}

}  // namespace
}  // namespace shoal
