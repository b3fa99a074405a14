#pragma once
#include <array>
#include <span>

#include "shoal/core/lanes.hpp"
#include "shoal/core/snapshot.hpp"

namespace shoal {

enum class UpdateRule { adam, adamw, sgd };

/// The names of the enumerators, in their order.
inline constexpr std::array<const char*, 3> update_rule_names{"adam", "adamw", "sgd"};

/// Which update rule, and its constants.
struct OptimizerOptions {
  UpdateRule method = UpdateRule::adam;
  double learning_rate = 1e-3;                        ///< before its schedule
  double weight_decay = 0;                            ///< of all parameters, biases too, as PyTorch does
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;  ///< of adam and adamw
  double momentum = 0.9;                              ///< of sgd
  bool nesterov = false;                              ///< of sgd: look ahead along the momentum
  double clip_norm = 0;                               ///< longest gradient (clip_gradient); 0: any
};

/// Updates one flat parameter vector from one flat gradient vector; element-wise, so it knows no layers and no ranks.
/// All as in PyTorch, with the weight decay w:
///   adam   g += w p, m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2,
///          p -= rate / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + epsilon)   (Kingma, Ba 2015, arXiv:1412.6980)
///   adamw  p -= rate w p instead of g += w p                              (Loshchilov, Hutter 2019, arXiv:1711.05101)
///   sgd    g += w p, m = momentum m + g, p -= rate m; with nesterov p -= rate (g + momentum m)   (Sutskever et al.
///   2013)
class Optimizer {
 public:
  Optimizer(const OptimizerOptions& options, Index parameter_count);

  /// One step with the learning rate that its schedule says.
  void update(std::span<float> parameters, std::span<const float> gradients, double learning_rate);

  /// The moments and the number of steps; and back to them.
  Snapshot state() const;
  void restore(const Snapshot& state);

 private:
  void update_adam(float* parameters, const float* gradients, double learning_rate);
  void update_sgd(float* parameters, const float* gradients, double learning_rate);

  OptimizerOptions options_;
  Index count_;
  Index steps_ = 0;
  AlignedVector<float> first_, second_;  // moments; sgd uses the first
};

/// Shortens the gradient to the length `longest` if it is longer, as PyTorch's clip_grad_norm_: g *= min(1, longest /
/// (|g| + 1e-6)) with the L2 norm over all of it, added up in double in a fixed order. Returns the norm before.
/// (Pascanu et al. 2013, arXiv:1211.5063)
double clip_gradient(std::span<float> gradient, double longest);

}  // namespace shoal
