#pragma once
#include <cstdint>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// What a machine's arithmetic gives for a fixed small problem, as fingerprints (FNV-1a) of the bits.
struct ArithmeticBits {
  std::uint64_t ieee = 0;  ///< of fused multiply-adds, divisions, roots and denormal numbers: the same everywhere
  std::uint64_t blas = 0;  ///< of a product by BLAS: the same for one library, one kernel and one processor type
  double blas_error = 0;   ///< the largest difference between that product and plain loops, relative
};

/// What `ieee` is on a machine that keeps to IEEE 754, in round-to-nearest, without flushing denormal numbers to zero.
std::uint64_t known_ieee_bits();

/// Computes the problem, in a few milliseconds. Local.
ArithmeticBits test_arithmetic();

}  // namespace shoal
