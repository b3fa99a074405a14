// Pooling, residual blocks, dropout and the variational autoencoder against PyTorch in float64
// (tests/reference/make_layers_reference.py, which computes once more what they draw): loss, gradients, and the codes
// and reconstructions of an evaluation. The images are spread over the ranks; tolerances as in torch_parity_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "reference/expect_tensor.hpp"
#include "reference/layers_reference.hpp"
#include "reference/torch_formula.hpp"
#include "shoal/methods/batch_gradient.hpp"
#include "shoal/methods/encode.hpp"
#include "shoal/parallel/shard.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

constexpr double loss_tolerance = 3e-6, tolerance = 3e-5;
constexpr Index image_count = 20, images_per_group = 7;

struct Case {
  const char *name, *encoder, *decoder;
  Shape shape;
  unsigned images, stream;
  const std::vector<reference::Start>& start;
  double loss, divergence;
  const std::vector<reference::Tensor>&gradient, &evaluated;
};

const Case cases[] = {
    {"pooling",
     "conv 6, relu, maxpool, conv 8, avgpool k3 s2 p1, leakyrelu 0.1, maxpool k3 s1 p1, dense 10",
     "dense 72, reshape 8x3x3, upsample 2, conv 6, relu, upsample 2, conv 2",
     {2, 12, 12},
     reference::pooling_images,
     reference::pooling_stream,
     reference::pooling_start,
     reference::pooling_loss,
     reference::pooling_divergence,
     reference::pooling_gradient,
     reference::pooling_evaluated},
    {"residual",
     "conv 6 s2, batchnorm, relu, residual(conv 6, batchnorm, relu, residual(conv 6 k1 p0), batchnorm), relu, dense 7",
     "dense 120, reshape 6x5x4, residual(batchnorm, relu, conv 6), relu, tconv 2 k3 s2 p1 o0x1",
     {2, 9, 8},
     reference::residual_images,
     reference::residual_stream,
     reference::residual_start,
     reference::residual_loss,
     reference::residual_divergence,
     reference::residual_gradient,
     reference::residual_evaluated},
    {"drawn",
     "dropout 0.1, conv 5 s2, relu, dropout 0.25, dense 8, sample",
     "dense 20, relu, dropout 0.5, dense 60",
     {2, 6, 5},
     reference::drawn_images,
     reference::drawn_stream,
     reference::drawn_start,
     reference::drawn_loss,
     reference::drawn_divergence,
     reference::drawn_gradient,
     reference::drawn_evaluated},
};

class TorchLayers : public testing::TestWithParam<Case> {};

ModelNumbers start_numbers(const Network& network, const Case& test) {
  ModelNumbers numbers = network.initial_numbers(0);
  Index at = 0;
  for (const auto& row : test.start)
    for (long i = 0; i < row.size; ++i, ++at)
      numbers.parameters.at(static_cast<std::size_t>(at)) =
          static_cast<float>(row.shift + row.scale * (2 * double{reference::hashed(test.stream, at)} - 1));
  EXPECT_EQ(at, network.parameter_count());
  return numbers;
}

TEST_P(TorchLayers, have_pytorch_s_losses_gradients_and_evaluations) {
  const Case& test = GetParam();
  const Network network(make_architecture({.encoder = test.encoder, .decoder = test.decoder}, test.shape));
  const RowData images = reference::formula_images(test.images, image_count, test.shape);
  const std::vector<double> zeros(static_cast<std::size_t>(test.shape.channels), 0), ones(zeros.size(), 1);
  const SampleFormat format{test.shape, false, zeros, ones};
  ModelNumbers numbers = start_numbers(network, test);

  const Shard groups =
      Shard::of((image_count + images_per_group - 1) / images_per_group, test_world().rank(), test_world().size());
  BatchGradient batch(test_world(), network, groups.size(), groups.global, 0, {}, {},
                      reference::layers_beta / static_cast<double>(network.input_size()));
  const auto load = [&](Index group, Lanes* x, GroupDraws& draws) {
    const Index begin = (groups.begin + group) * images_per_group;
    const Index used = std::min(images_per_group, image_count - begin);
    std::array<Index, lane_count> rows{};
    std::iota(rows.begin(), rows.begin() + used, begin);
    draws = {.seed = reference::layers_seed, .epoch = reference::layers_epoch, .rows = rows};
    load_group(images, std::span<const Index>(rows).first(static_cast<std::size_t>(used)), format, x);
    return used;
  };
  AlignedVector<float> gradient(numbers.parameters.size());
  ASSERT_TRUE(batch.compute(numbers, groups.size(), load, image_count, gradient));
  EXPECT_NEAR(batch.take_loss() / image_count, test.loss, loss_tolerance * test.loss);
  EXPECT_NEAR(batch.take_penalty() / image_count, test.divergence, loss_tolerance * test.divergence);

  double largest = 0;
  for (const auto& truth : test.gradient) largest = std::max(largest, truth.norm);
  std::size_t at = 0;
  for (const auto& tensor : network.tensors()) {
    if (tensor.is_state) continue;
    const auto& truth = test.gradient.at(at++);
    EXPECT_EQ(tensor.name, truth.name);
    const auto values = std::span<const float>(gradient).subspan(static_cast<std::size_t>(tensor.offset),
                                                                 static_cast<std::size_t>(tensor.size));
    if (truth.norm < 1e-9 * largest)  // a bias in front of a normalisation
      EXPECT_LT(norm(values), 1e-6 * largest) << tensor.name;
    else
      expect_tensor(values, truth, tolerance);
  }
  EXPECT_EQ(at, test.gradient.size());

  const Matrix codes = encode(network, numbers, format, images).codes;
  const Matrix restored = reconstruct(network, numbers, format, images);
  expect_tensor(std::span<const float>(codes.data(), static_cast<std::size_t>(codes.size())), test.evaluated.at(0),
                tolerance);
  expect_tensor(std::span<const float>(restored.data(), static_cast<std::size_t>(restored.size())),
                test.evaluated.at(1), tolerance);
}

INSTANTIATE_TEST_SUITE_P(Networks, TorchLayers, testing::ValuesIn(cases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace shoal
