#pragma once
#include "conv_kernels.hpp"

namespace shoal {

// The kernels of the reference engine: what the fast ones compute, as plain loops over unpacked weights, summed in
// double and rounded once.

/// small = W large + bias where to_small, else large = W^T small + bias; bias may be null.
void plain_convolution(const ConvMap& map, bool to_small, const float* weights, const float* bias, const Lanes* x,
                       const Rectify& rectify, Lanes* y);

/// dW[o][c][ky][kx] = sum over positions and lanes.
void plain_weight_gradient(const ConvMap& map, const Lanes* large, const Lanes* small, float* dW);

/// y = W x + bias, or y = W^T x where transposed; W (rows, columns) row-major, bias may be null.
void plain_multiply(const float* W, Index rows, Index columns, bool transposed, const float* bias, const Lanes* x,
                    const Rectify& rectify, Lanes* y);

/// dW[r][c] = sum over the lanes of dy[r] x[c].
void plain_outer_product(const Lanes* dy, Index rows, const Lanes* x, Index columns, float* dW);

}  // namespace shoal
