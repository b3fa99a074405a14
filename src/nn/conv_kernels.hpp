#pragma once
#include "shoal/core/lanes.hpp"
#include "shoal/nn/layer_spec.hpp"

namespace shoal {

/// A convolution as a linear map between a large image and a small one:
///   small[o][oy][ox] = sum over c, ky, kx of W[o][c][ky][kx] large[c][stride oy + ky - padding][stride ox + kx -
///   padding]
/// with W (small channels, large channels, k, k), which is PyTorch's order for Conv2d (large -> small) and for
/// ConvTranspose2d (small -> large). Taps that fall outside the large image are left out.
struct ConvMap {
  Shape large;
  Shape small;
  Index kernel, stride, padding;

  Index weight_count() const { return small.channels * large.channels * kernel * kernel; }
};

/// What happens to a result on its way to memory: v stays where the sign is positive and becomes slope * v elsewhere.
/// Forward the sign is v's own (a rectifier); backward it is that of what the rectifier made (its derivative).
struct Rectify {
  float slope = 1;
  const Lanes* sign = nullptr;  ///< as long as the result; null: its own
};

/// Floats that one packed copy of the weights takes: as many as the weights.
void pack_for_gather(const ConvMap& map, const float* weights, float* packed);
void pack_for_spread(const ConvMap& map, const float* weights, float* packed);

/// small = W large + bias (bias may be null): forward of a convolution, input gradient of a transposed one.
void gather(const ConvMap& map, const float* packed, const float* bias, const Lanes* large, const Rectify& rectify,
            Lanes* small);

/// large = W^T small + bias (bias may be null): forward of a transposed convolution, input gradient of a convolution.
void spread(const ConvMap& map, const float* packed, const float* bias, const Lanes* small, const Rectify& rectify,
            Lanes* large);

/// dW[o][c][ky][kx] = sum over positions and lanes of small[o][oy][ox] large[c][...]: the weight gradient of both.
void weight_gradient(const ConvMap& map, const Lanes* large, const Lanes* small, float* dW);

/// db[c] = sum over the pixels and lanes of channel c.
void bias_gradient(const Shape& shape, const Lanes* dy, float* db);

}  // namespace shoal
