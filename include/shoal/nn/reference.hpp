#pragma once
#include <vector>

#include "shoal/nn/layer.hpp"

namespace shoal {

/// The network's mathematics once more, as plainly as it can be written: double precision, one sample after the other,
/// no lanes, no packing. The oracle for the fast layers, and the place to look up what a layer computes.
class ReferenceNetwork {
 public:
  /// Layers in order; `parameters` as in the network's flat vector.
  ReferenceNetwork(std::vector<LayerSpec> layers, std::vector<double> parameters);

  /// Runs a batch (one inner vector a sample) forward, batch normalisation by the batch's own statistics, and keeps the
  /// activations for `backward`. `draws`: for layers that draw random numbers, sample n is row draws.rows[n] of the
  /// data and at most lane_count are allowed; null: nothing is drawn.
  const std::vector<std::vector<double>>& forward(const std::vector<std::vector<double>>& batch,
                                                  const GroupDraws* draws = nullptr);

  /// From dL/dy of the last forward: returns dL/dx, and stores dL/dparameters (summed over the batch) in gradients().
  /// `penalty_weight`: of the layers' own terms in the loss.
  std::vector<std::vector<double>> backward(std::vector<std::vector<double>> dy, double penalty_weight = 0);

  /// The sum over the last forward's batch of the layers' own terms of the loss, not weighed.
  double penalty() const { return penalty_; }

  std::vector<double>& parameters() { return parameters_; }
  const std::vector<double>& gradients() const { return gradients_; }

 private:
  using Batch = std::vector<std::vector<double>>;

  std::vector<LayerSpec> layers_;
  std::vector<Index> offsets_;
  std::vector<double> parameters_, gradients_;
  std::vector<Batch> values_;  // the input, then each layer's output
  std::vector<Batch> drawn_;   // by each layer and element: dropout's factors, the normal numbers of a sampling layer
  double penalty_ = 0;
};

}  // namespace shoal
