#pragma once
#include "shoal/core/matrix.hpp"

namespace shoal {

/// Copies the upper triangle of a square matrix into the lower one.
void mirror_upper_triangle(MatrixD& a);

/// Rows [first, first + count) of the product a x: a (d, d), x (d, w) with w a multiple of 8, y (count, w). Every sum
/// goes through the columns in their order, so a row's bits do not depend on which rows are asked for.
void multiply_rows(const MatrixD& a, Index first, Index count, const MatrixD& x, double* y);

}  // namespace shoal
