// That training and evaluation use the loss that was chosen; the formulas themselves are held to PyTorch in tests/nn.
#include <gtest/gtest.h>

#include <cmath>

#include "reference/torch_formula.hpp"
#include "shoal/methods/batch_gradient.hpp"
#include "shoal/methods/encode.hpp"
#include "shoal/methods/train.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

const Shape shape{1, 8, 8};
constexpr double delta = 0.2;

double loss_of_element(LossKind kind, double y, double t) {
  const double d = std::abs(y - t);
  switch (kind) {
    case LossKind::l1:
      return d;
    case LossKind::huber:
      return d <= delta ? d * d / 2 : delta * (d - delta / 2);
    case LossKind::bce:
      return -t * std::log(y) - (1 - t) * std::log(1 - y);
    case LossKind::mse:
      break;
  }
  return d * d;
}

Network network() {
  return Network(make_architecture({.preset = "conv", .output_activation = "sigmoid", .code = 4}, shape));
}

class EachLoss : public testing::TestWithParam<LossKind> {};

TEST_P(EachLoss, is_what_the_held_out_rows_are_measured_by) {
  TrainOptions options{.epochs = 2, .batch_size = 32, .held_out = 0.2, .seed = 3, .loss = {GetParam(), delta}};
  const Index rows = 90;
  const RowData all = reference::formula_images(4, rows, shape);
  const HeldOut held_out(rows, options.held_out, options.seed);
  const BatchPlan plan(held_out.training_count(), options.batch_size, options.seed);
  const Shard shard = training_shard(held_out, plan, test_world().rank(), test_world().size());
  RowData data{ElementType::float32, shard.size(), shape.size(), {}};
  data.bytes.assign(all.bytes.begin() + shard.begin * shape.size() * 4,
                    all.bytes.begin() + shard.end * shape.size() * 4);
  const TrainingRows mine{shard, source_of(data)};
  const auto scaling = fit_scaling(test_world(), mine.data, shape, false, Scaling::none);
  const Network net = network();
  const TrainResult result = train(test_world(), net, scaling, held_out, plan, mine, options);

  const Matrix y = reconstruct(net, result.numbers, scaling.format, all);
  double sum = 0;
  for (Index i = 0; i < held_out.held_out_count(); ++i) {
    const Index row = held_out.held_out_row(i);
    for (Index e = 0; e < shape.size(); ++e) sum += loss_of_element(GetParam(), double{y(row, e)}, all.at(row, e));
  }
  const double expected = sum / static_cast<double>(held_out.held_out_count() * shape.size());
  EXPECT_NEAR(result.history.back().held_out_loss, expected, 1e-5 * expected);
  EXPECT_LT(result.history.back().training_loss, result.history.front().training_loss);
}

TEST_P(EachLoss, has_a_batch_gradient_that_tells_how_the_loss_changes) {
  const Network net = network();
  const RowData images = reference::formula_images(4, 10, shape);
  const SampleFormat format{shape, false, {0}, {1}};
  const Index groups = test_world().rank() == 0 ? 1 : 0;
  BatchGradient batch(test_world(), net, 1, 1, 0, {GetParam(), delta});
  AlignedVector<float> gradient(static_cast<std::size_t>(net.parameter_count()));
  const auto mean_loss = [&](ModelNumbers numbers) {
    const auto load = [&](Index, Lanes* x, GroupDraws&) {
      const std::vector<Index> rows{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
      load_group(images, rows, format, x);
      return Index{10};
    };
    EXPECT_TRUE(batch.compute(numbers, groups, load, 10, gradient));
    return batch.take_loss() / 10;
  };
  const ModelNumbers start = net.initial_numbers(1);
  mean_loss(start);
  // Along the gradient itself, where the change is largest beside float's rounding; l1 has kinks on the way.
  const auto slope = gradient;
  double square = 0;
  for (const float g : slope) square += double{g} * double{g};
  const auto moved = [&](double step) {
    ModelNumbers numbers = start;
    for (std::size_t i = 0; i < slope.size(); ++i)
      numbers.parameters[i] += static_cast<float>(step / std::sqrt(square) * slope[i]);
    return numbers;
  };
  const double change = (mean_loss(moved(2e-3)) - mean_loss(moved(-2e-3))) / 4e-3;
  EXPECT_NEAR(change, std::sqrt(square), 0.03 * std::sqrt(square));
}

INSTANTIATE_TEST_SUITE_P(Loss, EachLoss, testing::Values(LossKind::mse, LossKind::l1, LossKind::huber, LossKind::bce),
                         [](const auto& test) { return loss_names[static_cast<std::size_t>(test.param)]; });

}  // namespace
}  // namespace shoal
