#pragma once
// Layers of sequences, (c, 1, t); private to the room: others go through make_layer.
#include "shoal/nn/layer.hpp"

namespace shoal {

/// An LSTM or a GRU over a whole sequence: (c, 1, t) -> (units, 1, t), all hidden states; the first state is zero.
/// Parameters as in PyTorch's nn.LSTM and nn.GRU of one layer: weight_ih (gates units, c), weight_hh (gates units,
/// units), bias_ih, bias_hh. Equations: lstm.cpp, gru.cpp. Backpropagation through time over all steps (Werbos 1990,
/// doi 10.1109/5.58337).
class Recurrent final : public Layer {
 public:
  using Layer::Layer;
  Index prepared_count() const override;
  Index kept_count() const override;
  Index scratch_count(Index groups) const override;
  void initialize(std::span<float> parameters, std::span<float>, Random& random) const override;
  void prepare(std::span<const float> parameters, std::span<const float>, std::span<float> prepared) const override;
  void forward(const Forward& pass) const override;
  void backward(const Backward& pass, const OrderFreeSums& gradients) const override;

 private:
  /// What a forward pass computes, step by step in time: the vectors of a step lie together.
  template <class Vector>  // Lanes, or const Lanes
  struct Trace {
    Vector* x;       ///< (t, c)
    Vector* gates;   ///< (t, gates units)
    Vector* hidden;  ///< (t + 1, units), the state before each step and after the last
    Vector* memory;  ///< likewise
  };
  /// The packed weights: for the forward pass, then transposed for the backward pass.
  struct Packed {
    const float *from_input, *from_hidden, *to_input, *to_hidden;
  };

  bool is_lstm() const { return spec().kind == LayerKind::lstm; }
  Index steps() const { return spec().input.width; }
  Index inputs() const { return spec().input.channels; }
  Index units() const { return spec().output.channels; }
  Index gates() const { return gate_count(spec().kind) * units(); }
  template <class Vector>
  Trace<Vector> trace_in(Vector* lanes) const;
  Packed packed_in(std::span<const float> prepared) const;
  void backward_through_time(const Backward& pass, const Trace<const Lanes>& trace, const Packed& packed,
                             Lanes* d_from_input, Lanes* d_from_hidden, Lanes* work) const;
  void input_gradient(const Backward& pass, const Trace<const Lanes>& trace, const Packed& packed,
                      const Lanes* d_from_input, Lanes* work) const;
};

/// The last step of a sequence: (c, 1, t) -> (c).
class Last final : public Layer {
 public:
  using Layer::Layer;
  void forward(const Forward& pass) const override;
  void backward(const Backward& pass, const OrderFreeSums&) const override;
};

/// A vector at each of t steps: (c) -> (c, 1, t).
class Repeat final : public Layer {
 public:
  using Layer::Layer;
  void forward(const Forward& pass) const override;
  void backward(const Backward& pass, const OrderFreeSums&) const override;
};

}  // namespace shoal
