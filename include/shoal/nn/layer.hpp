#pragma once
#include <memory>
#include <span>

#include "shoal/core/lanes.hpp"
#include "shoal/core/random.hpp"
#include "shoal/nn/layer_spec.hpp"

namespace shoal {

/// A differentiable function of (parameters, input) for one *lane group*: 16 samples side by side, the sample index
/// fastest. An activation of shape (c, h, w) is c*h*w `Lanes`, channel by channel, row by row. A layer holds sizes,
/// never numbers: parameters, state and what is prepared from them are slices of the network's flat vectors.
///
/// Once a step `prepare` turns the parameters into what the kernels read (packed weights; for batch normalisation
/// scale and shift). Batch normalisation also needs sums over the whole batch, before its forward and before its
/// backward pass: `batch_sum_count` > 0 tells the caller to add up `add_forward_sums` (`add_backward_sums`) of all
/// groups of all ranks. The arithmetic of one sample's forward pass does not depend on its lane or its neighbours.
class Layer {
 public:
  explicit Layer(LayerSpec spec) : spec_(spec) {}
  virtual ~Layer() = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  const LayerSpec& spec() const { return spec_; }
  Index input_size() const { return spec_.input.size(); }
  Index output_size() const { return spec_.output.size(); }
  Index parameter_count() const { return shoal::parameter_count(spec_); }

  /// Numbers that are not trained but kept with the model: running mean and variance of batch normalisation.
  virtual Index state_count() const { return 0; }
  virtual Index prepared_count() const { return 0; }
  virtual Index batch_sum_count() const { return 0; }

  /// Draws the first parameters and sets the first state.
  virtual void initialize(std::span<float> /*parameters*/, std::span<float> /*state*/, Random& /*random*/) const {}

  /// Prepares for passes that use the stored state (encoding, evaluation); without state, for all passes.
  virtual void prepare(std::span<const float> /*parameters*/, std::span<const float> /*state*/,
                       std::span<float> /*prepared*/) const {}

  /// Prepares for a training pass from the batch's finished sums over `samples` samples, and updates the state.
  virtual void prepare_from_batch(std::span<const float> parameters, std::span<const double> /*sums*/,
                                  Index /*samples*/, std::span<float> state, std::span<float> prepared) const {
    prepare(parameters, state, prepared);
  }

  /// Adds this group's part (its first `used` lanes) to the batch sums that the forward pass needs.
  virtual void add_forward_sums(const Lanes* /*x*/, Index /*used*/, std::span<double> /*sums*/) const {}

  /// y = f(x). x and y do not overlap.
  virtual void forward(std::span<const float> parameters, std::span<const float> prepared, const Lanes* x,
                       Lanes* y) const = 0;

  /// Adds this group's part to the batch sums that the backward pass needs.
  virtual void add_backward_sums(std::span<const float> /*prepared*/, const Lanes* /*x*/, const Lanes* /*dy*/,
                                 Index /*used*/, std::span<double> /*sums*/) const {}

  /// What a backward pass is given.
  struct Backward {
    std::span<const float> parameters;
    std::span<const float> prepared;
    std::span<const double> sums;  ///< finished backward sums of the whole batch; empty for most layers
    Index samples;                 ///< in the whole batch
    Index used;                    ///< lanes of this group that hold samples
    const Lanes* x;
    const Lanes* y;
    const Lanes* dy;  ///< zero in the lanes that are not used
    Lanes* dx;        ///< null where nobody needs it; its unused lanes are zero
  };

  /// Writes dx and ADDS the parameter gradient, summed over the group's samples, to `gradients`.
  virtual void backward(const Backward& pass, std::span<float> gradients) const = 0;

 private:
  LayerSpec spec_;
};

/// The fast engine's layer for a specification.
std::unique_ptr<Layer> make_layer(const LayerSpec& spec);

/// Weights and biases uniform in [-1/sqrt(fan_in), 1/sqrt(fan_in)), PyTorch's default for dense layers and
/// convolutions.
void initialize_uniform(std::span<float> parameters, Index fan_in, Random& random);

}  // namespace shoal
