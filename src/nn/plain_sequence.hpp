#pragma once
#include <vector>

#include "shoal/nn/layer.hpp"

namespace shoal {

// The layers of sequences as plainly as they can be written: one sample, in double, everything kept.

/// True for lstm, gru, last, repeat.
bool is_sequence_layer(LayerKind kind);

/// y = f(x) for one sample; y has the output's size.
void plain_sequence(const LayerSpec& layer, const double* parameters, const std::vector<double>& x,
                    std::vector<double>& y);

/// dx from dy for one sample, and its parameter gradient added to `gradients`; dx has the input's size and is zero.
void plain_sequence_gradient(const LayerSpec& layer, const double* parameters, double* gradients,
                             const std::vector<double>& x, const std::vector<double>& dy, std::vector<double>& dx);

/// The reference engine: the above for each sample of a lane group, rounded once.
void plain_sequence_forward(const LayerSpec& layer, const Layer::Forward& pass);
void plain_sequence_backward(const LayerSpec& layer, const Layer::Backward& pass, const OrderFreeSums& gradients);

}  // namespace shoal
