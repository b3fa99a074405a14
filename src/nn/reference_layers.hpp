#pragma once
// Layers of the reference network (reference.hpp) that have no parameters, one sample at a time.
#include <vector>

#include "shoal/nn/layer.hpp"

namespace shoal {

using ReferenceSample = std::vector<double>;

bool is_pooling(LayerKind kind);

/// Maximum, mean, and nearest neighbours (see Pooling and Upsampling); y and dx come as zeros.
void reference_pooling(const LayerSpec& s, const ReferenceSample& x, ReferenceSample& y);
void reference_pooling_backward(const LayerSpec& s, const ReferenceSample& x, const ReferenceSample& dy,
                                ReferenceSample& dx);

/// What dropout multiplies each element of `samples` samples by (see Dropout), word by word.
std::vector<ReferenceSample> reference_dropout(const LayerSpec& s, std::size_t layer, std::size_t samples,
                                               const GroupDraws& draws);

/// The normal numbers that a sampling layer draws (see Sampling), by sample and element of the code.
std::vector<ReferenceSample> reference_normals(const LayerSpec& s, std::size_t layer, std::size_t samples,
                                               const GroupDraws& draws);

/// The code of a batch; without normal numbers the means. Returns the sum of the penalties.
double reference_sampling(const std::vector<ReferenceSample>& x, const std::vector<ReferenceSample>& normals,
                          std::vector<ReferenceSample>& y);
std::vector<ReferenceSample> reference_sampling_backward(const std::vector<ReferenceSample>& x,
                                                         const std::vector<ReferenceSample>& normals,
                                                         const std::vector<ReferenceSample>& dy, double penalty_weight);

}  // namespace shoal
