// The networks `conv` and `deep` against PyTorch in float64 (tests/reference/make_torch_reference.py): outputs, losses,
// gradients, steps of Adam and SGD, running statistics, codes. The images are spread over the ranks.
//
// Tolerances are relative to the norm of a tensor, and to its root mean square for single entries: about five times the
// rounding errors seen here, which are PyTorch's own in float32 (losses 1e-7, gradients through batch normalisation
// 5e-6, ten steps of Adam 3e-5, because they divide by gradients that may be small). A learning rate, a momentum or a
// beta that is wrong by 3e-4 of itself fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "reference/expect_tensor.hpp"
#include "reference/sequence_reference.hpp"
#include "reference/torch_formula.hpp"
#include "reference/torch_reference.hpp"
#include "shoal/methods/batch_gradient.hpp"
#include "shoal/methods/encode.hpp"
#include "shoal/nn/optimizer.hpp"
#include "shoal/parallel/shard.hpp"
#include "test_world.hpp"
#include "torch_subject.hpp"

namespace shoal {
namespace {

constexpr double loss_tolerance = 3e-6, tolerance = 3e-5, step_tolerance = 1e-4;

Subject conv() {
  return {"conv", {3, 12, 12}, 131, 24, 132, reference::conv_start};
}
Subject deep() {
  return {"deep", {3, 10, 10}, 47, 20, 77, reference::deep_start};
}
Subject calm_deep() {
  return {"deep", {3, 10, 10}, 47, 20, 48, reference::calm_deep_start};
}
Subject lstm() {
  return {"lstm", {3, 1, 9}, 53, 20, 61, reference::lstm_start};
}
Subject gru() {
  return {"gru", {3, 1, 9}, 53, 20, 62, reference::gru_start};
}

/// The full-batch gradient over all ranks: lane groups of at most 7 images, shared out among the ranks.
class FullBatch {
 public:
  explicit FullBatch(const Subject& subject)
      : subject_(subject),
        groups_(Shard::of((subject.images.count + images_per_group - 1) / images_per_group, test_world().rank(),
                          test_world().size())),
        batch_(test_world(), subject.network, groups_.size(), groups_.global, 0) {}

  /// Returns the batch's mean loss.
  double compute(ModelNumbers& numbers, std::span<float> gradient) {
    const auto load = [this](Index group, Lanes* x, GroupDraws&) {
      const Index begin = (groups_.begin + group) * images_per_group;
      const Index used = std::min(images_per_group, subject_.images.count - begin);
      std::array<Index, lane_count> rows;
      for (Index i = 0; i < used; ++i) rows[static_cast<std::size_t>(i)] = begin + i;
      load_group(subject_.images, std::span<const Index>(rows).first(static_cast<std::size_t>(used)), subject_.format,
                 x);
      return used;
    };
    EXPECT_TRUE(batch_.compute(numbers, groups_.size(), load, subject_.images.count, gradient));
    return batch_.take_loss() / static_cast<double>(subject_.images.count);
  }

 private:
  static constexpr Index images_per_group = 7;
  const Subject& subject_;
  Shard groups_;
  BatchGradient batch_;
};

/// True for a bias right in front of a batch normalisation, which takes it away again: its gradient is zero, and what
/// is computed of it is rounding noise.
bool is_idle_bias(const Network& network, const TensorInfo& tensor) {
  if (tensor.is_state || tensor.shape.size() != 1) return false;
  for (Index i = 0; i + 1 < network.layer_count(); ++i)
    if (network.parameter_begin(i) <= tensor.offset && tensor.offset < network.parameter_begin(i + 1))
      return network.layer(i).spec().kind != LayerKind::batch_norm &&
             network.layer(i + 1).spec().kind == LayerKind::batch_norm;
  return false;
}

/// PyTorch's tensors are ours, by name and in the same order.
std::vector<TensorInfo> tensors_of(const Network& network, bool state, const std::vector<reference::Tensor>& truth) {
  std::vector<TensorInfo> tensors;
  for (const auto& tensor : network.tensors())
    if (tensor.is_state == state) tensors.push_back(tensor);
  EXPECT_EQ(tensors.size(), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) EXPECT_EQ(tensors.at(i).name, truth[i].name);
  return tensors;
}

/// Numbers whose state is the statistics of the batch that `passed` has just seen for the first time: an evaluation
/// with them puts out what the training pass did. (running = 0.9 first + 0.1 batch, the variance divided by n - 1.)
ModelNumbers with_batch_statistics(const Subject& subject, ModelNumbers passed) {
  for (Index i = 0; i < subject.network.layer_count(); ++i) {
    const auto state = subject.network.state_of(i, std::span<float>(passed.state));
    const auto first = subject.network.state_of(i, std::span<const float>(subject.start.state));
    const auto n = static_cast<double>(subject.images.count * subject.network.layer(i).spec().input.pixels());
    for (std::size_t j = 0; j < state.size(); ++j) {
      const double batch = (double{state[j]} - 0.9 * double{first[j]}) / 0.1;
      state[j] = static_cast<float>(j < state.size() / 2 ? batch : batch * (n - 1) / n);
    }
  }
  return passed;
}

void expect_first_pass(const Subject& subject, double loss, const std::vector<reference::Tensor>& output,
                       const std::vector<reference::Tensor>& gradients) {
  ModelNumbers numbers = subject.start;
  AlignedVector<float> gradient(numbers.parameters.size());
  EXPECT_NEAR(FullBatch(subject).compute(numbers, gradient), loss, loss_tolerance * loss);
  double largest = 0;
  for (const auto& truth : gradients) largest = std::max(largest, truth.norm);
  const auto tensors = tensors_of(subject.network, false, gradients);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto values = std::span<const float>(gradient).subspan(static_cast<std::size_t>(tensors[i].offset),
                                                                 static_cast<std::size_t>(tensors[i].size));
    if (is_idle_bias(subject.network, tensors[i]))
      EXPECT_LT(norm(values), 1e-6 * largest) << tensors[i].name;
    else
      expect_tensor(values, gradients[i], tolerance);
  }
  const Matrix y =
      reconstruct(subject.network, with_batch_statistics(subject, numbers), subject.format, subject.images);
  expect_tensor(std::span<const float>(y.data(), static_cast<std::size_t>(y.size())), output.at(0), tolerance);
}

/// Takes a step for each loss, compares the losses and how far each parameter has come, and returns the trained
/// numbers.
ModelNumbers expect_steps(const Subject& subject, const OptimizerOptions& options, const std::vector<double>& losses,
                          const std::vector<reference::Tensor>& changes) {
  ModelNumbers numbers = subject.start;
  FullBatch batch(subject);
  Optimizer optimizer(options, subject.network.parameter_count());
  AlignedVector<float> gradient(numbers.parameters.size());
  const auto tensors = tensors_of(subject.network, false, changes);
  for (std::size_t step = 0; step < losses.size(); ++step) {
    EXPECT_NEAR(batch.compute(numbers, gradient), losses[step], loss_tolerance * losses[step]) << "step " << step;
    // Adam would make steps of the size of the learning rate of rounding noise of any size.
    for (const auto& tensor : tensors)
      if (is_idle_bias(subject.network, tensor)) std::fill_n(gradient.begin() + tensor.offset, tensor.size, 0.0f);
    optimizer.update(numbers.parameters, gradient, options.learning_rate);
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto begin = static_cast<std::size_t>(tensors[i].offset), size = static_cast<std::size_t>(tensors[i].size);
    std::vector<double> change(size);
    double most = 0;
    for (std::size_t j = 0; j < size; ++j) {
      change[j] = double{numbers.parameters[begin + j]} - double{subject.start.parameters[begin + j]};
      most = std::max(most, std::abs(double{subject.start.parameters[begin + j]}));
    }
    // Each step rounds the parameter to float: half a unit in the last place.
    const double rounding = static_cast<double>(losses.size()) * most * 0x1p-24;
    expect_tensor(std::span<const double>(change), changes[i], step_tolerance, rounding);
  }
  return numbers;
}

void expect_evaluation(const Subject& subject, const ModelNumbers& numbers,
                       const std::vector<reference::Tensor>& evaluated) {
  const Matrix codes = encode(subject.network, numbers, subject.format, subject.images).codes;
  const Matrix images = reconstruct(subject.network, numbers, subject.format, subject.images);
  expect_tensor(std::span<const float>(codes.data(), static_cast<std::size_t>(codes.size())), evaluated.at(0),
                tolerance);
  expect_tensor(std::span<const float>(images.data(), static_cast<std::size_t>(images.size())), evaluated.at(1),
                tolerance);
}

const OptimizerOptions adam{.method = UpdateRule::adam, .learning_rate = 1e-3};

OptimizerOptions sgd(double rate) {
  return {.method = UpdateRule::sgd, .learning_rate = rate, .momentum = 0.9};
}

TEST(TorchParity, conv_has_pytorch_s_outputs_loss_and_gradients) {
  expect_first_pass(conv(), reference::conv_adam_losses[0], reference::conv_first_output,
                    reference::conv_first_gradient);
}

TEST(TorchParity, ten_steps_of_adam_take_conv_where_pytorch_goes) {
  const Subject subject = conv();
  const auto numbers = expect_steps(subject, adam, reference::conv_adam_losses, reference::conv_adam_change);
  expect_evaluation(subject, numbers, reference::conv_evaluated);
}

TEST(TorchParity, five_steps_of_sgd_take_conv_where_pytorch_goes) {
  expect_steps(conv(), sgd(reference::conv_sgd_rate), reference::conv_sgd_losses, reference::conv_sgd_change);
}

TEST(TorchParity, deep_has_pytorch_s_outputs_loss_and_gradients_through_batch_normalisation_over_ranks) {
  expect_first_pass(deep(), reference::deep_sgd_losses[0], reference::deep_first_output,
                    reference::deep_first_gradient);
}

TEST(TorchParity, five_steps_of_sgd_take_deep_where_pytorch_goes) {
  expect_steps(deep(), sgd(reference::deep_sgd_rate), reference::deep_sgd_losses, reference::deep_sgd_change);
}

TEST(TorchParity, ten_steps_of_adam_take_deep_and_its_running_statistics_where_pytorch_goes) {
  const Subject subject = calm_deep();
  const auto numbers = expect_steps(subject, adam, reference::calm_deep_adam_losses, reference::calm_deep_adam_change);
  const auto tensors = tensors_of(subject.network, true, reference::calm_deep_state);
  for (std::size_t i = 0; i < tensors.size(); ++i)
    expect_tensor(std::span<const float>(numbers.state)
                      .subspan(static_cast<std::size_t>(tensors[i].offset), static_cast<std::size_t>(tensors[i].size)),
                  reference::calm_deep_state[i], tolerance);
  expect_evaluation(subject, numbers, reference::calm_deep_evaluated);
}

TEST(TorchParity, lstm_has_pytorch_s_outputs_loss_and_gradients) {
  expect_first_pass(lstm(), reference::lstm_adam_losses[0], reference::lstm_first_output,
                    reference::lstm_first_gradient);
}

TEST(TorchParity, ten_steps_of_adam_take_lstm_where_pytorch_goes) {
  const Subject subject = lstm();
  const auto numbers = expect_steps(subject, adam, reference::lstm_adam_losses, reference::lstm_adam_change);
  expect_evaluation(subject, numbers, reference::lstm_evaluated);
}

TEST(TorchParity, gru_has_pytorch_s_outputs_loss_and_gradients) {
  expect_first_pass(gru(), reference::gru_adam_losses[0], reference::gru_first_output, reference::gru_first_gradient);
}

TEST(TorchParity, ten_steps_of_adam_take_gru_where_pytorch_goes) {
  const Subject subject = gru();
  const auto numbers = expect_steps(subject, adam, reference::gru_adam_losses, reference::gru_adam_change);
  expect_evaluation(subject, numbers, reference::gru_evaluated);
}

}  // namespace
}  // namespace shoal
