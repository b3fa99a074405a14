#pragma once
#include <vector>

#include "shoal/nn/network.hpp"

namespace shoal {

/// The activations of one lane group: the input of layer 0, then the output of each layer; and for training what the
/// layers keep, two gradient buffers, and the gradients that go past residual blocks.
class Workspace {
 public:
  /// For layers [0, end) of the network.
  Workspace(const Network& network, Index end, bool training);

  Lanes* input() { return values_[0].data(); }
  /// Keeps a copy of the input, as what the output is to reproduce, before the input is changed.
  void keep_target() { target_ = values_[0]; }
  const Lanes* target() const { return target_.empty() ? values_[0].data() : target_.data(); }
  /// The output of layer i; -1 is the input.
  Lanes* output(Index i) { return values_[places_[static_cast<std::size_t>(i + 1)]].data(); }
  /// The gradient that enters layer i from above, and (of i - 1) the one that it hands down.
  Lanes* gradient(Index i) { return gradients_[static_cast<std::size_t>((i + 1) % 2)].data(); }

  static double bytes(const Network& network, Index end, bool training);

  /// What layer i's passes are given; `draws` in training only.
  Layer::Forward forward_pass(const Network& network, std::span<const float> parameters,
                              std::span<const float> prepared, Index i, const GroupDraws* draws = nullptr);
  Layer::Backward backward_pass(const Network& network, std::span<const float> parameters,
                                std::span<const float> prepared, Index i);

  /// Runs layers [first, last) forward.
  void forward(const Network& network, std::span<const float> parameters, std::span<const float> prepared, Index first,
               Index last, const GroupDraws* draws = nullptr);

  /// The sum of the layers' penalties for the first `used` samples, after their forward pass.
  double penalty(const Network& network, Index used);

 private:
  Lanes* gradient_past(const Network& network, Index i);

  std::vector<AlignedVector<Lanes>> values_;
  AlignedVector<Lanes> target_;
  std::vector<std::size_t> places_;  // of each layer's output in values_; a skip's is its input
  std::vector<AlignedVector<Lanes>> past_;
  std::vector<AlignedVector<Lanes>> kept_;
  std::vector<AlignedVector<Lanes>> gradients_;
};

}  // namespace shoal
