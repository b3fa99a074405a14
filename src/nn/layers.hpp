#pragma once
// The layers of the fast engine; private to the room: others go through make_layer.
#include "shoal/nn/layer.hpp"

namespace shoal {

/// y = W x + b; W (out, in), then b (out), as in PyTorch's Linear.
class Dense final : public Layer {
 public:
  using Layer::Layer;
  Index prepared_count() const override;
  void initialize(std::span<float> parameters, std::span<float>, Random& random) const override;
  void prepare(std::span<const float> parameters, std::span<const float>, std::span<float> prepared) const override;
  void forward(std::span<const float>, std::span<const float>, const Lanes*, Lanes*) const override;
  void backward(const Backward& pass, std::span<float> gradients) const override;
};

/// y[o] = b[o] + sum over c, ky, kx of W[o][c][ky][kx] x[c][s oy + ky - p][s ox + kx - p], as PyTorch's Conv2d.
class Conv final : public Layer {
 public:
  using Layer::Layer;
  Index prepared_count() const override;
  void initialize(std::span<float> parameters, std::span<float>, Random& random) const override;
  void prepare(std::span<const float> parameters, std::span<const float>, std::span<float> prepared) const override;
  void forward(std::span<const float>, std::span<const float>, const Lanes*, Lanes*) const override;
  void backward(const Backward& pass, std::span<float> gradients) const override;
};

/// The transpose of Conv's linear map plus a bias for each output channel; W (in, out, k, k), PyTorch's
/// ConvTranspose2d.
class TransposedConv final : public Layer {
 public:
  using Layer::Layer;
  Index prepared_count() const override;
  void initialize(std::span<float> parameters, std::span<float>, Random& random) const override;
  void prepare(std::span<const float> parameters, std::span<const float>, std::span<float> prepared) const override;
  void forward(std::span<const float>, std::span<const float>, const Lanes*, Lanes*) const override;
  void backward(const Backward& pass, std::span<float> gradients) const override;
};

/// y = gamma (x - mean) / sqrt(var + 1e-5) + beta for each channel, mean and (biased) variance over the whole batch of
/// all ranks and all pixels in training, running averages (momentum 0.1, unbiased variance) otherwise: PyTorch's
/// BatchNorm2d. Ioffe, Szegedy 2015, arXiv:1502.03167.
class BatchNorm final : public Layer {
 public:
  using Layer::Layer;
  Index state_count() const override { return 2 * spec().input.channels; }     // running mean, running variance
  Index prepared_count() const override { return 4 * spec().input.channels; }  // scale, shift, mean, 1 / deviation
  Index batch_sum_count() const override { return 2 * spec().input.channels; }
  void initialize(std::span<float> parameters, std::span<float> state, Random&) const override;
  void prepare(std::span<const float> parameters, std::span<const float> state,
               std::span<float> prepared) const override;
  void prepare_from_batch(std::span<const float> parameters, std::span<const double> sums, Index samples,
                          std::span<float> state, std::span<float> prepared) const override;
  void add_forward_sums(const Lanes* x, Index used, std::span<double> sums) const override;
  void forward(std::span<const float>, std::span<const float> prepared, const Lanes* x, Lanes* y) const override;
  void add_backward_sums(std::span<const float> prepared, const Lanes* x, const Lanes* dy, Index used,
                         std::span<double> sums) const override;
  void backward(const Backward& pass, std::span<float> gradients) const override;

 private:
  void set_prepared(std::span<const float> parameters, const double* mean, const double* variance,
                    std::span<float> prepared) const;
};

/// An element-wise function without parameters: ReLU, LeakyReLU, sigmoid, tanh; and the identity for flatten, reshape.
class Activation final : public Layer {
 public:
  using Layer::Layer;
  void forward(std::span<const float>, std::span<const float>, const Lanes* x, Lanes* y) const override;
  void backward(const Backward& pass, std::span<float>) const override;
};

}  // namespace shoal
