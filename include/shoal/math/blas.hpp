#pragma once
#include <string>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// Makes OpenBLAS compute on the calling thread alone. With several threads its bits depend on how many there are,
/// and ranks that share a machine would fight for its cores. Every function of this room that uses BLAS calls it.
void use_one_blas_thread();

/// The BLAS library, how it was built and the kernel it chose for this processor; bits are the same for one kernel.
std::string blas_description();

/// Adds panel^T panel to `gram`, upper triangle only (the lower one is left alone).
///
/// panel (m, d), gram (d, d). OpenBLAS gives other bits for another m: callers that promise the same bits always use
/// the same m and fill missing rows with zeros.
void add_gram(const MatrixD& panel, MatrixD& gram);

}  // namespace shoal
