// Every layer of the fast engine against the reference in double, and the reference against central differences.
#include "shoal/nn/layer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shoal/nn/grammar.hpp"
#include "shoal/nn/reference.hpp"
#include "shoal/nn/workspace.hpp"

namespace shoal {
namespace {

using Batch = std::vector<std::vector<double>>;

struct Case {
  const char* layers;
  Shape input;
};

// A loss with a different weight for every output, so that no gradient can be right by symmetry.
double weight_of(std::size_t sample, std::size_t element) {
  return std::sin(1.0 + static_cast<double>(sample) * 0.7 + static_cast<double>(element) * 1.3);
}

double loss_of(const Batch& y) {
  double loss = 0;
  for (std::size_t n = 0; n < y.size(); ++n)
    for (std::size_t i = 0; i < y[n].size(); ++i) loss += weight_of(n, i) * y[n][i];
  return loss;
}

Batch loss_gradient(const Batch& y) {
  Batch dy = y;
  for (std::size_t n = 0; n < y.size(); ++n)
    for (std::size_t i = 0; i < y[n].size(); ++i) dy[n][i] = weight_of(n, i);
  return dy;
}

Batch random_batch(Index samples, Index size) {
  Batch batch(static_cast<std::size_t>(samples));
  for (std::size_t n = 0; n < batch.size(); ++n) {
    Random random(3, Stream::test, n);
    for (Index i = 0; i < size; ++i) batch[n].push_back(static_cast<double>(static_cast<float>(random.normal())));
  }
  return batch;
}

// Parameters as the fast engine stores them: floats, none at a symmetric value.
std::vector<float> random_parameters(Index count) {
  Random random(4, Stream::test);
  std::vector<float> p(static_cast<std::size_t>(count));
  for (auto& v : p) v = static_cast<float>(0.3 * random.normal());
  return p;
}

// Rows that are far apart, as lane groups of a shuffled batch hold them.
GroupDraws some_draws() {
  GroupDraws draws{.seed = 11, .epoch = 3, .rows = {}};
  for (std::size_t l = 0; l < draws.rows.size(); ++l) draws.rows[l] = static_cast<Index>(1000 + 77 * l * l);
  return draws;
}

constexpr double penalty_weight = 0.3;

class LayerTest : public testing::TestWithParam<Case> {};

TEST_P(LayerTest, reference_gradients_agree_with_central_differences) {
  const auto layers = parse_layers(GetParam().layers, GetParam().input);
  Index count = 0;
  for (const auto& l : layers) count += parameter_count(l);
  const auto parameters = random_parameters(count);
  ReferenceNetwork network(layers, {parameters.begin(), parameters.end()});
  Batch x = random_batch(3, GetParam().input.size());
  const GroupDraws draws = some_draws();
  const Batch dx = network.backward(loss_gradient(network.forward(x, &draws)), penalty_weight);
  const auto gradients = network.gradients();
  const double h = 1e-5;
  // Where a kink of ReLU lies between the two points the difference is meaningless: compare with half the step.
  const auto check = [&](double& number, double analytic, const std::string& what) {
    const double before = number;
    const auto difference = [&](double step) {
      number = before + step;
      const double up = loss_of(network.forward(x, &draws)) + penalty_weight * network.penalty();
      number = before - step;
      const double down = loss_of(network.forward(x, &draws)) + penalty_weight * network.penalty();
      number = before;
      return (up - down) / (2 * step);
    };
    const double numeric = difference(h);
    if (std::abs(numeric - difference(h / 2)) > 1e-6 * (1 + std::abs(numeric))) return;
    EXPECT_NEAR(analytic, numeric, 1e-6 * (1 + std::abs(numeric))) << what;
  };
  for (std::size_t i = 0; i < gradients.size(); i += 1 + gradients.size() / 200)
    check(network.parameters()[i], gradients[i], "parameter " + std::to_string(i));
  for (std::size_t n = 0; n < x.size(); ++n)
    for (std::size_t i = 0; i < x[n].size(); i += 1 + x[n].size() / 50)
      check(x[n][i], dx[n][i], "sample " + std::to_string(n) + " element " + std::to_string(i));
}

// What the network computes for one group of `used` samples in a training step.
struct NetworkRun {
  Batch y, dx;
  std::vector<double> gradients;
  double penalty = 0;
};

Batch lanes_to_batch(const Lanes* values, std::size_t samples, std::size_t size) {
  Batch batch(samples, std::vector<double>(size));
  for (std::size_t n = 0; n < samples; ++n)
    for (std::size_t i = 0; i < size; ++i) batch[n][i] = values[i][n];
  return batch;
}

NetworkRun run_network(const std::vector<LayerSpec>& specs, const std::vector<float>& numbers, const Batch& x,
                       Engine engine, const GroupDraws& draws = some_draws()) {
  const auto used = static_cast<Index>(x.size());
  const Network network({specs.front().input, specs, {}}, engine);
  const Index end = network.layer_count();
  const std::span<const float> parameters(numbers);
  auto state = network.initial_numbers(0).state;
  AlignedVector<float> prepared(static_cast<std::size_t>(network.prepared_count()));
  Workspace work(network, end, true);
  std::fill_n(work.input(), network.input_size(), Lanes{});
  for (std::size_t n = 0; n < x.size(); ++n)
    for (std::size_t i = 0; i < x[n].size(); ++i) work.input()[i][n] = static_cast<float>(x[n][i]);
  for (Index i = 0; i < end; ++i) {
    const Layer& layer = network.layer(i);
    std::vector<double> sums(static_cast<std::size_t>(layer.batch_sum_count()));
    const auto slice = network.state_of(i, std::span<float>(state));
    layer.add_forward_sums(slice, work.output(i - 1), used, sums);
    layer.prepare_from_batch(network.parameters_of(i, parameters), sums, used, slice,
                             network.prepared_of(i, std::span<float>(prepared)));
    work.forward(network, parameters, prepared, i, i + 1, &draws);
  }
  NetworkRun run;
  const auto outputs = static_cast<std::size_t>(specs.back().output.size());
  for (Index i = 0; i < end; ++i) {
    const auto each = network.layer(i).penalties(work.output(i - 1));
    for (std::size_t n = 0; n < x.size(); ++n) run.penalty += each[n];
  }
  run.y = lanes_to_batch(work.output(end - 1), x.size(), outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    Lanes dy{};
    for (std::size_t n = 0; n < x.size(); ++n)
      dy[n] = static_cast<float>(weight_of(n, i)) * (run.y[n][i] > 0 ? 1.0f : network.slope_below(end));
    work.gradient(end - 1)[i] = dy;
  }

  run.gradients.assign(numbers.size(), 0);
  AlignedVector<Lanes> dx(x[0].size());
  for (Index i = end; i-- > 0;) {
    const Layer& layer = network.layer(i);
    auto pass = work.backward_pass(network, parameters, prepared, i);
    std::vector<double> sums(static_cast<std::size_t>(layer.batch_sum_count()));
    layer.add_backward_sums(pass.prepared, pass.x, pass.dy, sums);
    AlignedVector<float> scratch(static_cast<std::size_t>(layer.scratch_count(1)));
    pass.sums = sums;
    pass.samples = pass.used = used;
    pass.scratch = scratch.data();
    pass.draws = &draws;
    pass.penalty_weight = static_cast<float>(penalty_weight);
    if (i == 0) pass.dx = dx.data();
    const auto begin = static_cast<std::size_t>(network.parameter_begin(i));
    const double start = 0x1.8p20;
    std::vector<double> gradient(static_cast<std::size_t>(layer.parameter_count()), start);
    std::uint32_t most = 0;
    layer.backward(pass, {gradient.data(), layer.parameter_count(), &most});
    for (std::size_t j = 0; j < gradient.size(); ++j) run.gradients[begin + j] = gradient[j] - start;
    if (layer.batch_sum_count() == 0) continue;
    std::vector<float> mean(gradient.size());
    layer.gradient_from_batch(sums, used, mean);
    for (std::size_t j = 0; j < mean.size(); ++j)
      run.gradients[begin + j] = double{mean[j]} * static_cast<double>(used);
  }
  run.dx = lanes_to_batch(dx.data(), x.size(), dx.size());
  for (const auto& lanes : dx)
    for (Index l = used; l < lane_count; ++l) EXPECT_EQ(lanes[l], 0.0f) << "an unused lane has a gradient";
  return run;
}

double largest(const Batch& values) {
  double most = 0;
  for (const auto& v : values)
    for (const double e : v) most = std::max(most, std::abs(e));
  return most;
}

void expect_near(const Batch& fast, const Batch& exact, const char* what) {
  const double tolerance = 2e-5 * (largest(exact) + 1e-3);
  for (std::size_t n = 0; n < exact.size(); ++n)
    for (std::size_t i = 0; i < exact[n].size(); ++i)
      ASSERT_NEAR(fast[n][i], exact[n][i], tolerance) << what << ", sample " << n << ", element " << i;
}

void expect_agreement_with_the_reference(const Case& test, Engine engine) {
  const auto layers = parse_layers(test.layers, test.input);
  Index count = 0;
  for (const auto& l : layers) count += parameter_count(l);
  const auto parameters = random_parameters(count);
  for (const Index samples : {16, 11, 1}) {
    const Batch x = random_batch(samples, test.input.size());
    ReferenceNetwork reference(layers, {parameters.begin(), parameters.end()});
    const GroupDraws draws = some_draws();
    const Batch y = reference.forward(x, &draws), dx = reference.backward(loss_gradient(y), penalty_weight);
    const NetworkRun run = run_network(layers, parameters, x, engine);
    expect_near(run.y, y, "output");
    EXPECT_NEAR(run.penalty, reference.penalty(), 2e-6 * (1 + reference.penalty()));
    if (samples == 1 && std::string(test.layers).find("batchnorm") != std::string::npos)
      continue;  // 1 / deviation explodes
    expect_near(run.dx, dx, "input gradient");
    expect_near({run.gradients}, {reference.gradients()}, "parameter gradient");
  }
}

TEST_P(LayerTest, fast_engine_agrees_with_the_reference) {
  expect_agreement_with_the_reference(GetParam(), Engine::fast);
}

TEST_P(LayerTest, plain_engine_agrees_with_the_reference) {
  expect_agreement_with_the_reference(GetParam(), Engine::reference);
}

INSTANTIATE_TEST_SUITE_P(Layers, LayerTest,
                         testing::Values(Case{"dense 5", {7, 1, 1}}, Case{"dense 33", {17, 1, 1}},
                                         Case{"dense 257, relu", {300, 1, 1}}, Case{"dense 1", {1, 1, 1}},
                                         Case{"conv 8 k3 s2 p1", {3, 8, 8}}, Case{"conv 5 k3 s1 p1", {4, 5, 7}},
                                         Case{"conv 13 k5 s3 p2", {7, 11, 9}}, Case{"conv 3 k5 s1 p2", {2, 9, 4}},
                                         Case{"conv 6 k1 s1 p0", {5, 3, 3}}, Case{"conv 4 k2 s2 p0", {3, 6, 6}},
                                         Case{"conv 2 k7 s2 p3", {1, 9, 9}}, Case{"conv 16 k3 s2 p1", {8, 7, 5}},
                                         Case{"conv 11 k4 s3 p1", {3, 8, 10}}, Case{"conv 9 k3 s1 p1", {9, 2, 1}},
                                         Case{"tconv 3 k3 s2 p1 o1", {8, 4, 4}}, Case{"tconv 8 k3 s2 p1 o0", {5, 4, 3}},
                                         Case{"tconv 7 k5 s3 p2 o2x0", {13, 4, 3}}, Case{"tconv 2 k2 s2 p0", {3, 3, 5}},
                                         Case{"tconv 4 k3 s1 p1", {6, 5, 4}}, Case{"tconv 1 k1 s2 p0 o1", {2, 3, 3}},
                                         Case{"tconv 16 k3 s2 p1 o1x0", {12, 3, 9}}, Case{"relu", {3, 4, 4}},
                                         Case{"leakyrelu 0.2", {3, 2, 2}}, Case{"sigmoid", {6, 1, 1}},
                                         Case{"tanh", {6, 1, 1}}, Case{"flatten, reshape 2x3x2, tanh", {3, 2, 2}}),
                         [](const auto& test) { return "case_" + std::to_string(test.index); });

INSTANTIATE_TEST_SUITE_P(
    Pooling, LayerTest,
    testing::Values(Case{"maxpool", {3, 8, 6}}, Case{"maxpool k3 s2 p1", {4, 7, 9}},
                    Case{"maxpool k2 s1 p1", {2, 5, 4}}, Case{"maxpool k5 s3 p2", {1, 11, 8}},
                    Case{"maxpool k3 s1", {2, 3, 7}}, Case{"maxpool k2 s3", {3, 7, 8}},
                    Case{"maxpool k1 s2", {2, 5, 6}}, Case{"avgpool", {3, 6, 8}}, Case{"avgpool k3 s2 p1", {4, 7, 9}},
                    Case{"avgpool k2 s1 p1", {2, 4, 5}}, Case{"avgpool k5 s3 p2", {1, 8, 11}},
                    Case{"avgpool k7", {2, 7, 7}}, Case{"upsample 2", {3, 4, 5}}, Case{"upsample 3", {2, 1, 3}},
                    Case{"upsample 1", {2, 3, 2}},
                    Case{"conv 4, relu, maxpool, relu, conv 5, leakyrelu 0.1, avgpool k3 s2 p1, dense 7", {2, 9, 8}},
                    Case{"conv 3 s2, leakyrelu 0.3, upsample 2, relu, conv 2, upsample 3, sigmoid", {2, 5, 6}}),
    [](const auto& test) { return "pooling_" + std::to_string(test.index); });

INSTANTIATE_TEST_SUITE_P(
    Residual, LayerTest,
    testing::Values(
        Case{"residual(dense 6)", {6, 1, 1}}, Case{"residual(relu, dense 5, tanh), sigmoid", {5, 1, 1}},
        Case{"conv 4, relu, residual(conv 4, leakyrelu 0.1, conv 4), relu, dense 5", {3, 5, 6}},
        Case{"dense 6, leakyrelu 0.2, residual(residual(dense 4, relu, dense 6), relu, dense 6), tanh", {7, 1, 1}},
        Case{"residual(residual(residual(conv 2))), residual(conv 2), relu", {2, 4, 3}},
        Case{"conv 3, residual(flatten, reshape 3x4x5), leakyrelu 0.3, residual(relu)", {2, 4, 5}},
        Case{"conv 3 s2, relu, residual(maxpool, conv 5, relu, upsample 2, conv 3), relu, dense 4", {2, 8, 8}},
        Case{"conv 4, batchnorm, relu, residual(conv 4, batchnorm, relu, conv 4, batchnorm), relu, dense 5", {2, 6, 5}},
        Case{"residual(batchnorm, relu, conv 3, batchnorm, relu, conv 3), batchnorm, sigmoid", {3, 5, 5}},
        Case{"dense 80, relu, residual(dense 300, relu, dense 80), relu, dense 40", {70, 1, 1}}),
    [](const auto& test) { return "residual_" + std::to_string(test.index); });

INSTANTIATE_TEST_SUITE_P(
    Draws, LayerTest,
    testing::Values(
        Case{"dropout 0.5", {7, 1, 1}}, Case{"dropout 0", {3, 3, 3}}, Case{"dropout 0.9", {1, 5, 5}},
        Case{"conv 3, relu, dropout 0.2, conv 4, leakyrelu 0.2, dropout 0.3, relu, dense 5", {2, 5, 4}},
        Case{"sample", {6, 1, 1}}, Case{"sample", {4, 3, 2}},
        Case{"dense 10, relu, sample, dense 4, sigmoid", {5, 1, 1}},
        Case{"conv 4 s2, leakyrelu 0.1, dense 6, sample, dense 8, residual(dense 16, sample), dropout 0.2", {1, 5, 4}},
        Case{"residual(dropout 0.4, dense 6, relu, dropout 0.1, dense 5), batchnorm, dropout 0.5", {5, 1, 1}}),
    [](const auto& test) { return "draws_" + std::to_string(test.index); });

INSTANTIATE_TEST_SUITE_P(
    Chains, LayerTest,
    testing::Values(Case{"batchnorm", {3, 4, 4}}, Case{"batchnorm", {5, 1, 1}},
                    Case{"conv 4 k3 s2 p1, batchnorm, relu, conv 4 k3 s1 p1, batchnorm, relu, dense 6", {3, 8, 8}},
                    Case{"conv 8 k3 s2 p1, relu, conv 16 k3 s2 p1, relu, dense 9, dense 32, reshape 2x4x4, tconv 3 k3 "
                         "s2 p1 o1, tanh",
                         {3, 9, 7}}),
    [](const auto& test) { return "chain_" + std::to_string(test.index); });

INSTANTIATE_TEST_SUITE_P(
    Sequences, LayerTest,
    testing::Values(Case{"lstm 5", {3, 1, 4}}, Case{"lstm 17", {1, 1, 7}}, Case{"lstm 1", {1, 1, 2}},
                    Case{"lstm 33", {19, 1, 3}}, Case{"gru 5", {3, 1, 4}}, Case{"gru 17", {1, 1, 7}},
                    Case{"gru 1", {2, 1, 2}}, Case{"gru 33", {19, 1, 3}}, Case{"last", {3, 1, 5}},
                    Case{"repeat 5", {3, 1, 1}}, Case{"steps 4", {3, 1, 5}}, Case{"lstm 3", {2, 1, 90}},
                    Case{"gru 3, last", {1, 1, 110}},
                    Case{"conv 4 k1 s1 p0, relu, lstm 6, last, dense 5, relu, repeat 7, gru 9, steps 2, leakyrelu 0.1, "
                         "lstm 3, relu, last",
                         {3, 1, 6}}),
    [](const auto& test) { return "case_" + std::to_string(test.index); });

TEST(Layer, a_sample_s_forward_pass_does_not_depend_on_its_lane_or_its_neighbours) {
  const auto specs = parse_layers("conv 8 k3 s2 p1, relu, conv 5 k3 s2 p1, sigmoid, dense 7", {3, 10, 12});
  Index count = 0;
  for (const auto& l : specs) count += parameter_count(l);
  const auto parameters = random_parameters(count);
  Batch x = random_batch(16, 360);
  const auto together = run_network(specs, parameters, x, Engine::fast).y;
  const auto alone = run_network(specs, parameters, {x[13]}, Engine::fast).y;
  EXPECT_EQ(alone[0], together[13]);
}

TEST(Pooling, of_equal_pixels_the_first_gets_the_gradient) {
  const auto specs = parse_layers("maxpool k2 s1", {1, 2, 3});
  const Batch x{{5, 5, 1, 5, 2, 5}};
  // Windows {5, 5, 5, 2} and {5, 1, 2, 5}: the pixels 0 and 1.
  const auto dx = run_network(specs, {}, x, Engine::fast).dx;
  EXPECT_FLOAT_EQ(static_cast<float>(dx[0][0]), static_cast<float>(weight_of(0, 0)));
  EXPECT_FLOAT_EQ(static_cast<float>(dx[0][1]), static_cast<float>(weight_of(0, 1)));
  for (const std::size_t i : {2, 3, 4, 5}) EXPECT_EQ(dx[0][i], 0) << i;
}

TEST(Pooling, a_pixel_that_is_no_number_is_not_lost) {
  const auto specs = parse_layers("maxpool k3", {1, 3, 3});
  for (std::size_t i = 0; i < 9; ++i) {
    Batch x{{1, 2, 3, 4, 5, 6, 7, 8, 9}};
    x[0][i] = std::nan("");
    EXPECT_TRUE(std::isnan(run_network(specs, {}, x, Engine::fast).y[0][0])) << i;
  }
}

TEST(Sampling, is_the_mean_where_nothing_is_trained_and_survives_absurd_variances) {
  const auto layer = make_layer(parse_layers("sample", {4, 1, 1})[0]);
  AlignedVector<Lanes> x{broadcast(1.5f), broadcast(-2.0f), broadcast(3.0f), broadcast(-1e9f)}, y(2);
  layer->forward({.parameters = {}, .prepared = {}, .x = x.data(), .y = y.data()});
  EXPECT_EQ(y[0][7], 1.5f);
  EXPECT_EQ(y[1][15], -2.0f);
  const GroupDraws draws = some_draws();
  layer->forward({.parameters = {}, .prepared = {}, .x = x.data(), .y = y.data(), .draws = &draws});
  EXPECT_NE(y[0][7], 1.5f);
  EXPECT_EQ(y[1][15], -2.0f);
  EXPECT_NEAR(layer->penalties(x.data())[3], (1.5 * 1.5 + std::exp(3.0) - 4 + 4 - 1 + 1e9) / 2, 100);
  x[2] = broadcast(100.0f);
  EXPECT_TRUE(std::isinf(layer->penalties(x.data())[3])) << "a divergence that overflows has to be seen";
}

TEST(Dropout, depends_on_the_row_and_not_on_the_lane) {
  const auto specs = parse_layers("dense 9, relu, dropout 0.5, dense 8, dropout 0.5", {12, 1, 1});
  Index count = 0;
  for (const auto& l : specs) count += parameter_count(l);
  const auto parameters = random_parameters(count);
  const Batch x = random_batch(16, 12);
  const GroupDraws draws = some_draws();
  GroupDraws alone = draws;
  alone.rows = {};
  alone.rows[0] = draws.rows[13];
  EXPECT_EQ(run_network(specs, parameters, {x[13]}, Engine::fast, alone).y[0],
            run_network(specs, parameters, x, Engine::fast, draws).y[13]);
  GroupDraws later = draws;
  ++later.epoch;
  EXPECT_NE(run_network(specs, parameters, x, Engine::fast, later).y,
            run_network(specs, parameters, x, Engine::fast, draws).y);
}

TEST(Dropout, drops_as_many_as_it_says_and_keeps_the_mean) {
  const auto specs = parse_layers("dropout 0.3", {40'000, 1, 1});
  const Batch x(16, std::vector<double>(40'000, 2.0));
  double sum = 0;
  Index dropped = 0;
  for (const auto& sample : run_network(specs, {}, x, Engine::fast).y)
    for (const double y : sample) {
      sum += y;
      dropped += y == 0;
      if (y != 0) {
        ASSERT_FLOAT_EQ(static_cast<float>(y), static_cast<float>(2 / 0.7));
      }
    }
  EXPECT_NEAR(static_cast<double>(dropped) / 640'000, 0.3, 0.003);
  EXPECT_NEAR(sum / 640'000, 2, 0.01);
}

TEST(Dropout, changes_nothing_where_nothing_is_trained) {
  const auto layer = make_layer(parse_layers("dropout 0.5", {3, 1, 1})[0]);
  AlignedVector<Lanes> x(3, broadcast(1.5f)), y(3);
  layer->forward({.parameters = {}, .prepared = {}, .x = x.data(), .y = y.data()});
  for (const auto& lanes : y) EXPECT_EQ(lanes[7], 1.5f);
}

TEST(Layer, a_sequence_s_states_do_not_depend_on_its_lane_or_its_neighbours) {
  const auto specs = parse_layers("lstm 9, gru 17, last, dense 3, repeat 4, lstm 5, steps 2", {2, 1, 7});
  Index count = 0;
  for (const auto& l : specs) count += parameter_count(l);
  const auto parameters = random_parameters(count);
  Batch x = random_batch(16, 14);
  const auto together = run_network(specs, parameters, x, Engine::fast).y;
  const auto alone = run_network(specs, parameters, {x[13]}, Engine::fast).y;
  EXPECT_EQ(alone[0], together[13]);
}

TEST(BatchNorm, running_statistics_follow_pytorch_s_rule) {
  const auto layer = make_layer(parse_layers("batchnorm", {1, 1, 2})[0]);
  std::vector<float> parameters(2), state(2);
  AlignedVector<float> prepared(4);
  Random random(0, Stream::test);
  layer->initialize(parameters, state, random);
  // Two samples of two pixels: 1, 2, 3, 6: mean 3, biased variance 3.5, unbiased 14/3.
  layer->prepare_from_batch(parameters, std::vector<double>{12, 50}, 2, state, prepared);
  EXPECT_FLOAT_EQ(state[0], 0.3f);
  EXPECT_FLOAT_EQ(state[1], static_cast<float>(0.9 + 0.1 * 14 / 3));
  AlignedVector<Lanes> x(2, broadcast(3.0f)), y(2);
  layer->forward({.parameters = parameters, .prepared = prepared, .x = x.data(), .y = y.data()});
  EXPECT_FLOAT_EQ(y[0][0], 0.0f);
  layer->prepare(parameters, state, prepared);
  layer->forward({.parameters = parameters, .prepared = prepared, .x = x.data(), .y = y.data()});
  EXPECT_NEAR(y[0][0], (3 - 0.3) / std::sqrt(0.9 + 1.4 / 3 + 1e-5), 1e-6);
}

}  // namespace
}  // namespace shoal
