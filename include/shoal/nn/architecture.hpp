#pragma once
#include <string>
#include <vector>

#include "shoal/nn/layer_spec.hpp"

namespace shoal {

/// An autoencoder as plain data: layers from the input to the code, and from the code back to the input's shape.
struct Architecture {
  Shape input;
  std::vector<LayerSpec> encoder;
  std::vector<LayerSpec> decoder;

  Index code_size() const { return encoder.back().output.size(); }
  Index parameter_count() const;

  /// Multiply-adds of a sample: forward through the encoder; a whole training step (forward, both gradients).
  double encode_multiply_adds() const;
  double train_multiply_adds() const;
};

/// What the user says about the network.
struct ArchitectureOptions {
  std::string preset = "auto";  ///< conv, baseline, deep, vae (images), lstm, gru (sequences), dense (vectors), or
                                ///< auto: conv, lstm or dense by the data
  std::string encoder;          ///< layers in the words of grammar.hpp; replaces the preset
  std::string decoder;          ///< likewise; empty: the encoder mirrored
  std::string output_activation =
      "auto";  ///< last layer of a mirrored decoder: linear (also auto), relu, leakyrelu (slope 0.1), sigmoid, tanh
  Index code = 32;  ///< size of the code, for presets
};

/// Builds the autoencoder for samples of shape `input`. Throws option errors: unknown words, sizes that do not fit, a
/// decoder that does not end in the input's shape, a code larger than the input.
Architecture make_architecture(const ArchitectureOptions& options, const Shape& input);

/// The decoder that undoes `encoder`: its layers in reverse order, convolutions transposed with the output padding
/// that restores the shape (stride 1: a convolution), each followed by the normalisation and activation that follow
/// its original (a dense layer on a dense one: those of the layer before), the last one by `output_activation` alone.
/// A residual block becomes one whose layers with weights are mirrored and whose normalisations and activations stay; a
/// sampling layer is left out.
/// Pooling is undone by an upsample of its stride, an upsample by mean pooling. Option error where the shape would not
/// come back: transposed convolutions, pooling that does not divide the image.
/// An LSTM or a GRU comes back as one of the same size and a dense layer at each step; `last` as `repeat` (Srivastava,
/// Mansimov, Salakhutdinov 2015, arXiv:1502.04681, without the decoder's own outputs as inputs).
std::vector<LayerSpec> mirrored_decoder(const std::vector<LayerSpec>& encoder, const std::string& output_activation);

}  // namespace shoal
