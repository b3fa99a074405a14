#pragma once
#include "shoal/core/lanes.hpp"
#include "shoal/core/order_free.hpp"

namespace shoal {

/// dW[r][c] += sum over the steps t and the 16 samples of dz[t][r] x[t][c], one term a weight. dz: `rows` Lanes a step;
/// x: the samples of each step as rows (`to_rows`, dense_kernels.hpp) of `stride` floats; dW (rows, columns).
void add_step_products(Index steps, const Lanes* dz, Index rows, const float* x_rows, Index stride, Index columns,
                       const OrderFreeSums& dW);

/// db[r] += sum over the steps and the samples of dz[t][r].
void add_step_sums(Index steps, const Lanes* dz, Index rows, const OrderFreeSums& db);

}  // namespace shoal
