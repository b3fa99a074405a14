#include "shoal/math/affine_rows.hpp"

#include <gtest/gtest.h>

#include "shoal/math/lane_rows.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

TEST(LaneRows, are_the_transposed_rows_with_zeros_for_missing_ones) {
  for (const Index d : {1, 7, 16, 33})
    for (const Index count : {1, 5, 16}) {
      const Matrix rows = test_clusters(count, d, 3);
      AlignedVector<Lanes> group(static_cast<std::size_t>(d));
      load_lane_rows(rows.data(), count, d, group.data());
      for (Index j = 0; j < d; ++j)
        for (Index i = 0; i < 16; ++i)
          ASSERT_EQ(group[static_cast<std::size_t>(j)][i], i < count ? rows(i, j) : 0.0f) << d << " " << count;
    }
}

TEST(AffineRows, are_the_formula_for_any_shape) {
  for (const Index n : {0, 1, 16, 37})
    for (const Index m : {1, 4, 7}) {
      const Index d = 5;
      const Matrix rows = test_clusters(n, d, 3);
      const MatrixD weights = test_clusters(m, d, 2).cast<double>();
      const VectorD before = VectorD::LinSpaced(d, -1, 1), after = VectorD::LinSpaced(m, 3, 4);
      const Matrix y = affine_rows(rows, before, weights, after);
      const MatrixD expected =
          ((rows.cast<double>().rowwise() - before.transpose()) * weights.transpose()).rowwise() + after.transpose();
      ASSERT_EQ(y.rows(), n);
      ASSERT_EQ(y.cols(), m);
      EXPECT_LE((y.cast<double>() - expected).norm(), 1e-6 * expected.norm());
    }
}

TEST(AffineRows, give_a_row_the_same_bits_wherever_it_lies) {
  const Matrix rows = test_clusters(50, 19, 3);
  const MatrixD weights = test_clusters(6, 19, 2).cast<double>();
  const VectorD before = VectorD::Ones(19), after = VectorD::Zero(6);
  const Matrix all = affine_rows(rows, before, weights, after);
  for (Index i = 0; i < 50; ++i)
    EXPECT_TRUE(same_bits(elements(affine_rows(rows.row(i), before, weights, after)), elements(Matrix(all.row(i)))));
}

}  // namespace
}  // namespace shoal
