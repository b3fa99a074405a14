#include "shoal/math/blas.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(Blas, says_what_it_is) {
  EXPECT_NE(blas_description().find("OpenBLAS"), std::string::npos) << blas_description();
}

TEST(Blas, a_gram_matrix_is_added_to_the_upper_triangle) {
  MatrixD panel(3, 2), gram = MatrixD::Constant(2, 2, 100);
  panel << 1, 2, 3, 4, 5, 6;
  add_gram(panel, gram);
  EXPECT_EQ(gram(0, 0), 135);
  EXPECT_EQ(gram(0, 1), 144);
  EXPECT_EQ(gram(1, 1), 156);
  EXPECT_EQ(gram(1, 0), 100);
}

}  // namespace
}  // namespace shoal
