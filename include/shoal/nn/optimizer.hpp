#pragma once
#include <span>
#include <string>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// Which update rule, and its constants.
struct OptimizerOptions {
  std::string method = "adam";  ///< adam or sgd
  double learning_rate = 1e-3;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;  ///< of Adam
  double momentum = 0.9;                              ///< of SGD
};

/// Updates one flat parameter vector from one flat gradient vector; element-wise, so it knows no layers and no ranks.
///   adam  Kingma, Ba 2015, arXiv:1412.6980, in PyTorch's form: m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2,
///         p -= rate / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + epsilon)
///   sgd   m = momentum m + g, p -= rate m (PyTorch's convention)
class Optimizer {
 public:
  Optimizer(const OptimizerOptions& options, Index parameter_count);

  void update(std::span<float> parameters, std::span<const float> gradients);

  Index steps() const { return steps_; }

 private:
  OptimizerOptions options_;
  Index steps_ = 0;
  std::vector<float> first_, second_;  // moments; SGD uses the first
};

}  // namespace shoal
