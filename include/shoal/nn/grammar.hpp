#pragma once
#include <string_view>
#include <vector>

#include "shoal/nn/layer_spec.hpp"

namespace shoal {

/// Reads a chain of layers for samples of shape `input`: words separated by commas.
///
///     dense N                  fully connected, N outputs
///     conv C k3 s2 p1          2-D convolution: C channels out, kernel 3x3, stride 2, padding 1 (defaults k3 s1 p1)
///     tconv C k3 s2 p1 o1      transposed convolution, output padding 1 (o0x1: rows and columns; default 0)
///     maxpool k2 s2 p0         largest of each window (defaults k2, stride = kernel, p0); avgpool: mean
///     upsample 2               nearest neighbour: each pixel 2x2 times
///     residual(conv 8, relu, conv 8)   y = x + f(x), where the layers f keep the shape; may be nested
///     dropout 0.2              in training, drops each element with this probability
///     sample                   of N means and N logarithms of variances N normal numbers; outside training the means
///     batchnorm                batch normalisation with the statistics of the whole batch
///     relu, leakyrelu 0.01, sigmoid, tanh
///     lstm N, gru N            all N hidden states of a sequence (c, 1, t), from zero on
///     last, repeat T           a sequence's last step; a vector at each of T steps
///     steps N                  the same dense layer at each step: conv N k1 s1 p0
///     flatten, reshape CxHxW   inserted by themselves where a dense layer follows an image, a convolution a vector
///
/// Throws an option error that names the layer, its number and what is known, and one when sizes do not fit.
std::vector<LayerSpec> parse_layers(std::string_view text, const Shape& input);

}  // namespace shoal
