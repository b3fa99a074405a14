#pragma once
#include <string>
#include <vector>

#include "shoal/nn/shape.hpp"

namespace shoal {

enum class LayerKind {
  dense,
  conv,
  transposed_conv,
  batch_norm,
  relu,
  leaky_relu,
  sigmoid,
  tanh,
  flatten,
  reshape,
  max_pool,
  avg_pool,
  upsample,
  skip,  ///< begins a residual block
  join,  ///< ends it: adds what the skip was given
  dropout,
  sample,  ///< of a variational autoencoder
  lstm,
  gru,
  last,
  repeat
};

inline bool is_recurrent(LayerKind kind) {
  return kind == LayerKind::lstm || kind == LayerKind::gru;
}

/// Gates of a recurrent layer's unit.
inline Index gate_count(LayerKind kind) {
  return kind == LayerKind::lstm ? 4 : 3;
}

/// One layer as plain data: what the grammar reads, what the file stores, what engines are built from.
struct LayerSpec {
  LayerKind kind = LayerKind::relu;
  Shape input;
  Shape output;
  Index kernel = 1;       ///< square
  Index stride = 1;       ///< the same in both directions; of upsample: its factor
  Index padding = 0;      ///< zeros around the larger image, as in PyTorch
  bool on_image = false;  ///< of batch_norm: samples are (c, h, w), also where h and w are 1; otherwise vectors
  Index output_padding_height = 0, output_padding_width = 0;  ///< of a transposed convolution: rows, columns added
  float negative_slope = 0.01f;                               ///< of leaky_relu
  float probability = 0;                                      ///< of dropout: that an element is dropped

  bool operator==(const LayerSpec&) const = default;
};

/// The layer in the words of the grammar (grammar.hpp), e.g. "conv 8 k3 s2 p1". A skip is "residual(", a join ")".
std::string text_of(const LayerSpec& layer);

/// The layers in the words of the grammar, joined by ", ".
std::string text_of(const std::vector<LayerSpec>& layers);

/// The layers as a PyTorch expression, "nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(), ...)", whose
/// state_dict has the names and shapes under which the file stores the weights. Layers of sequences and Residual are
/// small classes over PyTorch's own (docs/files.md): nn.LSTM, e.g., returns a tuple, which nn.Sequential does not hand
/// on.
std::string torch_expression(const std::vector<LayerSpec>& layers);

/// Where the block that begins with the skip at `begin` ends: the place of its join.
std::size_t join_of(const std::vector<LayerSpec>& layers, std::size_t begin);

/// Trainable numbers of the layer: weights and biases, scale and shift.
Index parameter_count(const LayerSpec& layer);

/// Multiply-adds of one sample's forward pass; padding taps counted, as is usual.
double multiply_adds(const LayerSpec& layer);

}  // namespace shoal
