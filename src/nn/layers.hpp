#pragma once
// The layers; private to the room: others go through make_layer.
#include "conv_kernels.hpp"
#include "shoal/nn/layer.hpp"

namespace shoal {

/// The gradient before the rectifier that made x, from the gradient behind it (see Layer).
inline Lanes before_rectifier(const Lanes& x, float slope, const Lanes& gradient) {
  return x > 0 ? gradient : slope * gradient;
}

/// y = W x + b; W (out, in), then b (out), as in PyTorch's Linear.
class Dense final : public Layer {
 public:
  Dense(const LayerSpec& spec, Engine engine);
  bool can_rectify() const override { return true; }
  bool is_wide() const override;
  Index prepared_count() const override;
  Index scratch_count(Index groups) const override;
  void initialize(std::span<float> parameters, std::span<float>, Random& random) const override;
  void prepare(std::span<const float> parameters, std::span<const float>, std::span<float> prepared) const override;
  void prepare_from_batch(std::span<const float> parameters, std::span<const double>, Index, std::span<float> state,
                          std::span<float> prepared) const override;
  void forward(const Forward& pass) const override { forward_groups(std::span(&pass, 1)); }
  void forward_groups(std::span<const Forward> groups) const override;
  void backward(const Backward& pass, const OrderFreeSums& gradients) const override {
    backward_groups(std::span(&pass, 1), gradients);
  }
  Index batch_maximum_count() const override { return by_digits_ ? input_size() + output_size() : 0; }
  void raise_maxima(std::span<const Backward> groups, std::span<double> maxima) const override;
  void backward_groups(std::span<const Backward> groups, const OrderFreeSums& gradients) const override;

 private:
  void backward_by_digits(std::span<const Backward> groups, const OrderFreeSums& gradients) const;

  bool by_digits_;  // as products of digits, in tiles of bytes
};

/// Convolution, y[o] = b[o] + sum over c, ky, kx of W[o][c][ky][kx] x[c][s oy + ky - p][s ox + kx - p], with
/// W (out, in, k, k), PyTorch's Conv2d; or transposed, the transpose of that linear map plus a bias for each output
/// channel, with W (in, out, k, k), PyTorch's ConvTranspose2d.
class Convolution final : public Layer {
 public:
  Convolution(const LayerSpec& spec, Engine engine);
  bool can_rectify() const override { return true; }
  Index prepared_count() const override { return 2 * map_.weight_count(); }
  Index scratch_count(Index) const override { return parameter_count(); }
  void initialize(std::span<float> parameters, std::span<float>, Random& random) const override;
  void prepare(std::span<const float> parameters, std::span<const float>, std::span<float> prepared) const override;
  void forward(const Forward& pass) const override;
  void backward(const Backward& pass, const OrderFreeSums& gradients) const override;

 private:
  void apply(bool to_small, std::span<const float> parameters, std::span<const float> prepared, const float* bias,
             const Lanes* x, const Rectify& rectify, Lanes* y) const;

  bool transposed_;
  ConvMap map_;
};

/// y = gamma (x - mean) / sqrt(var + 1e-5) + beta for each channel, mean and (biased) variance over the whole batch of
/// all ranks and all pixels in training, running averages (momentum 0.1, unbiased variance) otherwise: PyTorch's
/// BatchNorm2d. Ioffe, Szegedy 2015, arXiv:1502.03167.
class BatchNorm final : public Layer {
 public:
  using Layer::Layer;
  bool can_rectify() const override { return true; }
  Index state_count() const override { return 2 * spec().input.channels; }     // running mean, running variance
  Index prepared_count() const override { return 4 * spec().input.channels; }  // scale, shift, mean, 1 / deviation
  Index batch_sum_count() const override { return 2 * spec().input.channels; }
  void initialize(std::span<float> parameters, std::span<float> state, Random&) const override;
  void prepare(std::span<const float> parameters, std::span<const float> state,
               std::span<float> prepared) const override;
  void prepare_from_batch(std::span<const float> parameters, std::span<const double> sums, Index samples,
                          std::span<float> state, std::span<float> prepared) const override;
  void add_forward_sums(std::span<const float> state, const Lanes* x, Index used,
                        std::span<double> sums) const override;
  void forward(const Forward& pass) const override;
  void add_backward_sums(std::span<const float> prepared, const Lanes* x, const Lanes* dy,
                         std::span<double> sums) const override;
  void gradient_from_batch(std::span<const double> sums, Index samples, std::span<float> gradient) const override;
  void backward(const Backward& pass, const OrderFreeSums& gradients) const override;
};

/// The largest, or the mean, of each window of k x k pixels of each channel, PyTorch's MaxPool2d and AvgPool2d. Pixels
/// beyond the border never are the largest, and count as zeros in the mean. Of several largest ones the first in
/// row-major order gets the gradient.
class Pooling final : public Layer {
 public:
  using Layer::Layer;
  void forward(const Forward& pass) const override;
  void backward(const Backward& pass, const OrderFreeSums&) const override;
};

/// Each pixel f x f times: PyTorch's Upsample(scale_factor=f), nearest neighbour.
class Upsampling final : public Layer {
 public:
  using Layer::Layer;
  void forward(const Forward& pass) const override;
  void backward(const Backward& pass, const OrderFreeSums&) const override;
};

/// A residual block, y = x + f(x), lies between two layers: a skip, which hands on its input, and a join, which adds
/// what went past f. He, Zhang, Ren, Sun 2016, arXiv:1512.03385. Each sees the other's numbers by `past`.
class Skip final : public Layer {
 public:
  using Layer::Layer;
  void forward(const Forward&) const override {}  // y is x
  void backward(const Backward& pass, const OrderFreeSums&) const override;
};

class Join final : public Layer {
 public:
  using Layer::Layer;
  bool can_rectify() const override { return true; }
  void forward(const Forward& pass) const override;
  void backward(const Backward& pass, const OrderFreeSums&) const override;
};

/// In training, each element is dropped with the probability p, or else divided by 1 - p: PyTorch's Dropout. Which ones
/// is told by Stream::dropout (drawn_word in core/lane_random.hpp): element i is dropped where word i of the sample is
/// below p 2^32. Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014, JMLR 15, 1929.
class Dropout final : public Layer {
 public:
  using Layer::Layer;
  Index kept_count() const override { return input_size(); }  // what each element was multiplied by
  void forward(const Forward& pass) const override;
  void backward(const Backward& pass, const OrderFreeSums&) const override;
};

/// The code of a variational autoencoder: of c means m and c logarithms of variances v, the first and the second half
/// of the channels, in training z = m + exp(v / 2) e with e standard normal, otherwise z = m. Its penalty is the
/// Kullback-Leibler divergence of that distribution from the standard normal one, the sum over the code of
/// (m^2 + exp(v) - 1 - v) / 2. Element i of e is normal_lanes of word i that the sample draws from Stream::sampling.
/// Kingma, Welling 2014, arXiv:1312.6114.
class Sampling final : public Layer {
 public:
  using Layer::Layer;
  bool has_penalty() const override { return true; }
  std::array<double, lane_count> penalties(const Lanes* x) const override;
  void forward(const Forward& pass) const override;
  void backward(const Backward& pass, const OrderFreeSums&) const override;
};

/// An element-wise function without parameters: sigmoid, tanh; and ReLU or LeakyReLU behind a layer that cannot
/// rectify.
class Activation final : public Layer {
 public:
  using Layer::Layer;
  void forward(const Forward& pass) const override;
  void backward(const Backward& pass, const OrderFreeSums&) const override;
};

}  // namespace shoal
