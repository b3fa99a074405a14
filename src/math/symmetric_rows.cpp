#include "shoal/math/symmetric_rows.hpp"

#include <algorithm>
#include <cstring>

namespace shoal {
namespace {

using Doubles = double __attribute__((vector_size(64)));
constexpr Index vector_width = 8, widest = 8;

/// `rows` rows from a on, times 8 columns of x.
template <int rows>
void multiply_tile(const double* a, Index d, const double* x, Index w, double* y) {
  Doubles sums[rows]{};
  for (Index j = 0; j < d; ++j) {
    Doubles column;
    std::memcpy(&column, x + j * w, sizeof column);
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r) sums[r] += a[r * d + j] * column;
  }
  for (int r = 0; r < rows; ++r) std::memcpy(y + r * w, &sums[r], sizeof sums[r]);
}

}  // namespace

void mirror_upper_triangle(MatrixD& a) {
  constexpr Index block = 32;  // what is read by columns stays in the first-level cache
  const Index d = a.rows();
  for (Index top = 0; top < d; top += block)
    for (Index left = 0; left <= top; left += block)
      for (Index i = top; i < std::min(d, top + block); ++i)
        for (Index j = left; j < std::min(i, left + block); ++j) a(i, j) = a(j, i);
}

void multiply_rows(const MatrixD& a, Index first, Index count, const MatrixD& x, double* y) {
  const Index d = a.cols(), w = x.cols();
  for (Index i = 0; i < count;) {
    const Index rows = count - i >= widest ? widest : 1;
    for (Index c = 0; c < w; c += vector_width)
      (rows == widest ? multiply_tile<widest> : multiply_tile<1>)(a.row(first + i).data(), d, x.data() + c, w,
                                                                  y + i * w + c);
    i += rows;
  }
}

}  // namespace shoal
