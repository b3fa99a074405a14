#pragma once
#include <vector>

#include "shoal/nn/layer.hpp"

namespace shoal {

// The layers of sequences as plainly as they can be written: one sample, in double, everything kept.

/// True for lstm, gru, last, repeat.
bool is_sequence_layer(LayerKind kind);

/// y = f(x) for one sample and the parameters p; y has the output's size.
void plain_sequence(const LayerSpec& s, const double* p, const std::vector<double>& x, std::vector<double>& y);

/// dx from dy for one sample, and its parameter gradient added to dp; dx has the input's size and is zero.
void plain_sequence_gradient(const LayerSpec& s, const double* p, double* dp, const std::vector<double>& x,
                             const std::vector<double>& dy, std::vector<double>& dx);

/// The reference engine: the above for each sample of a lane group, rounded once.
void plain_sequence_forward(const LayerSpec& s, const Layer::Forward& pass);
void plain_sequence_backward(const LayerSpec& s, const Layer::Backward& pass, const OrderFreeSums& gradients);

}  // namespace shoal
