#pragma once
// Wide dense layers by products of digits (shoal/core/digit_tiles.hpp): the same mathematics as dense_kernels.hpp.
#include <span>

#include "conv_kernels.hpp"
#include "shoal/core/order_free.hpp"

namespace shoal {

/// Whether a layer of this size fits the integers.
bool fits_digits(Index in, Index out);

/// Floats that the packed digits of W (rows, columns) take, with the scales of its rows.
Index packed_digits_size(Index rows, Index columns);

/// Packs W (rows, columns) row-major, for products W x. A row's digits are relative to its largest number.
void pack_digits(const float* W, Index rows, Index columns, float* packed);

/// One group's part of a product.
struct DigitPass {
  const Lanes* x;
  Rectify rectify;
  Lanes* y;
};

/// W x + bias of each group, or W^T x, rectified; bias may be null. W (out, in) row-major, packed a block of rows at a
/// time, when all groups of it are computed. A sample's digits are relative to its own largest number: so its result
/// does not depend on its neighbours.
void multiply_by_digits(const float* W, Index out, Index in, bool transposed, const float* bias,
                        std::span<const DigitPass> groups);

/// W x + bias from `packed` (pack_digits).
void multiply_by_packed_digits(const float* packed, Index out, Index in, const float* bias,
                               std::span<const DigitPass> groups);

/// One group's part of a weight gradient: dy (out), x (in).
struct DigitTerm {
  const Lanes* dy;
  const Lanes* x;
};

/// Raises maxima[0 .. out) to the largest |dy| of each row, maxima[out .. out + in) to the largest |x|; what is not
/// finite counts as infinite.
void raise_digit_maxima(std::span<const DigitTerm> groups, Index out, Index in, std::span<double> maxima);

/// gradients (out * in, then out) = the sums over all groups of dy x^T and of dy, assigned, not added. Each row of dy
/// and of x is cut into digits relative to its maximum over the whole batch (of `samples`, over all ranks), so that the
/// sums are integers of at most 53 bits times a power of two common to all ranks: exact in any order. Where a maximum
/// is not finite, `gradients` learns it.
void outer_product_by_digits(std::span<const DigitTerm> groups, Index out, Index in, std::span<const double> maxima,
                             Index samples, const OrderFreeSums& gradients);

}  // namespace shoal
