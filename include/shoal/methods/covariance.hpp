#pragma once
#include <string>

#include "shoal/core/row_source.hpp"
#include "shoal/math/byte_gram.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// How products of rows are summed.
enum class ProductSums {
  automatic,  ///< integers for bytes; else doubles where they cost next to nothing (n d^2 <= 2^28), and floats
  doubles,    ///< two passes for the exact mean, then products in double: the reference
  floats      ///< FloatGram: float sums over at most 256 rows, added in double
};

/// Mean and covariance of n rows.
struct Covariance {
  VectorD mean;     ///< (d)
  MatrixD matrix;   ///< (d, d): sum_i (x_i - mean) (x_i - mean)^T / max(1, n - 1); upper triangle, zero below
  std::string how;  ///< what the products were taken in, for the log
};

/// Mean and covariance of the rows of all ranks, with the same bits for any number of ranks.
///
/// rows: this rank's shard of RowBlocks::of(global_rows), perhaps none (width must be right even then); global_rows
/// >= 1. Every way scales each column by a power of two, so that columns of very different size, up to the limits of
/// float, cost no digits; each column's mean may be as far off zero as float allows.
///
/// - uint8: one pass; G = sum x x^T and s = sum x are integers, and (n G - s s^T) / (n (n - 1)) is evaluated in 128-bit
///   integers with one rounding, by division.
/// - floats: one pass with y = (x - c) / scale, where c is the mean of the first block rounded to float; the covariance
/// is
///   corrected by what is left of the mean. Where that turns out to be more than twice the deviation, or values go
///   beyond the scale (the first block is unlike the rest), three more passes: extremes, exact means, and products
///   again. Relative error of the variances below 1e-6 (docs/benchmarks.md: about 1e-8).
/// - doubles: three passes.
///
/// O(n d^2 / ranks) work; 2 d^2 doubles a rank, and up to 4096 d bytes. Collective; all ranks get the same. Errors, on
/// all ranks: numerics for NaN or infinite elements, with `what`, row and column; those of reading.
Covariance covariance_of(const Communicator& comm, const RowSource& rows, Index global_rows, const char* what,
                         ProductSums sums = ProductSums::automatic, BytePath path = fastest_byte_path());

}  // namespace shoal
