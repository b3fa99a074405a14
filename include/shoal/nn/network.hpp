#pragma once
#include <memory>
#include <string>
#include <vector>

#include "shoal/nn/architecture.hpp"
#include "shoal/nn/layer.hpp"

namespace shoal {

/// A named slice of the flat parameter (or state) vector: "encoder.0.weight" with PyTorch's shape.
struct TensorInfo {
  std::string name;
  std::vector<Index> shape;
  Index offset = 0;
  Index size = 0;
  bool is_state = false;  ///< in the state vector: running_mean, running_var
};

/// All of a model's numbers: one flat vector of parameters, one of state.
struct ModelNumbers {
  AlignedVector<float> parameters;
  AlignedVector<float> state;
};

/// The layers of an autoencoder over one parameter vector, one gradient vector and one state vector. Knows where each
/// layer's slice lies; holds no numbers.
///
/// The layers are those that compute: flatten and reshape change nothing in memory and have none, and a ReLU or
/// LeakyReLU behind a layer that can rectify is part of that layer. Names and order of the tensors follow the
/// architecture as it was written; in a residual block they have its number in front ("encoder.3.0.weight").
class Network {
 public:
  explicit Network(const Architecture& architecture, Engine engine = Engine::fast);

  const Architecture& architecture() const { return architecture_; }
  Index layer_count() const { return static_cast<Index>(layers_.size()); }
  const Layer& layer(Index i) const { return *layers_[static_cast<std::size_t>(i)]; }
  /// Layers [0, encoder_end()) end in the code.
  Index encoder_end() const { return encoder_end_; }
  Index input_size() const { return architecture_.input.size(); }

  Index parameter_count() const { return parameter_at_.back(); }
  Index state_count() const { return state_at_.back(); }
  Index prepared_count() const { return prepared_at_.back(); }
  const std::vector<TensorInfo>& tensors() const { return tensors_; }

  /// Layer i's slice of a flat vector.
  std::span<float> parameters_of(Index i, std::span<float> all) const { return slice(all, parameter_at_, i); }
  std::span<const float> parameters_of(Index i, std::span<const float> all) const {
    return slice(all, parameter_at_, i);
  }
  std::span<float> state_of(Index i, std::span<float> all) const { return slice(all, state_at_, i); }
  std::span<const float> state_of(Index i, std::span<const float> all) const { return slice(all, state_at_, i); }
  std::span<float> prepared_of(Index i, std::span<float> all) const { return slice(all, prepared_at_, i); }
  std::span<const float> prepared_of(Index i, std::span<const float> all) const { return slice(all, prepared_at_, i); }
  /// Where each layer's parameters begin, and behind the last their number.
  const std::vector<Index>& parameter_begins() const { return parameter_at_; }
  Index parameter_begin(Index layer) const { return parameter_at_[static_cast<std::size_t>(layer)]; }
  /// The rectifier that the input of layer i has gone through; 1: none.
  float slope_below(Index i) const { return i > 0 ? layer(i - 1).slope() : 1.0f; }

  /// Whether a layer adds something of its own to the loss (Layer::penalties).
  bool has_penalty() const;
  /// Of a skip its join, of a join its skip; -1 for other layers.
  Index partner(Index i) const { return partners_[static_cast<std::size_t>(i)]; }

  /// First parameters and state: a function of the seed and the layer's number alone.
  ModelNumbers initial_numbers(std::uint64_t seed) const;

  /// Mirrors the drawn weights and the bias of each output of the last layer with weights, where needed, so that the
  /// sum of the weights, and the bias, have the sign of `means` (channels of the input): the same distribution, but a
  /// ReLU at the end starts alive, and layers before it that end in a ReLU are first asked for more, not for less.
  /// Otherwise, in half of the draws for grey images, they are driven to zero, where no gradient brings them back.
  void start_output_towards(std::span<const double> means, ModelNumbers& numbers) const;

  /// Prepares all layers for passes that use the stored state (encoding, evaluation).
  void prepare(const ModelNumbers& numbers, std::span<float> prepared) const;

 private:
  template <class T>
  static std::span<T> slice(std::span<T> all, const std::vector<Index>& at, Index i) {
    const auto n = static_cast<std::size_t>(i);
    return all.subspan(static_cast<std::size_t>(at[n]), static_cast<std::size_t>(at[n + 1] - at[n]));
  }

  Architecture architecture_;
  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<Index> partners_;
  Index encoder_end_ = 0;
  std::vector<Index> parameter_at_{0}, state_at_{0}, prepared_at_{0};
  std::vector<TensorInfo> tensors_;
};

}  // namespace shoal
