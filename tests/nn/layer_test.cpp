// Every layer of the fast engine against the reference in double, and the reference against central differences.
#include "shoal/nn/layer.hpp"

#include "network_run.hpp"
#include "shoal/nn/reference.hpp"

namespace shoal {
namespace {

struct Case {
  const char* layers;
  Shape input;
};

class LayerTest : public testing::TestWithParam<Case> {};

TEST_P(LayerTest, reference_gradients_agree_with_central_differences) {
  const auto layers = parse_layers(GetParam().layers, GetParam().input);
  Index count = 0;
  for (const auto& l : layers) count += parameter_count(l);
  const auto parameters = random_parameters(count);
  ReferenceNetwork network(layers, {parameters.begin(), parameters.end()});
  Batch x = random_batch(3, GetParam().input.size());
  const GroupDraws draws = some_draws();
  const Batch dx = network.backward(loss_gradient(network.forward(x, &draws)), penalty_share);
  const auto gradients = network.gradients();
  const double h = 1e-5;
  // Where a kink of ReLU lies between the two points the difference is meaningless: compare with half the step.
  const auto check = [&](double& number, double analytic, const std::string& what) {
    const double before = number;
    const auto difference = [&](double step) {
      number = before + step;
      const double up = loss_of(network.forward(x, &draws)) + penalty_share * network.penalty();
      number = before - step;
      const double down = loss_of(network.forward(x, &draws)) + penalty_share * network.penalty();
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
    const Batch y = reference.forward(x, &draws), dx = reference.backward(loss_gradient(y), penalty_share);
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

TEST_P(LayerTest, vector_engine_agrees_with_the_reference) {
  expect_agreement_with_the_reference(GetParam(), Engine::vector);
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
                    Case{"conv 4, relu, maxpool, relu, conv 5, leakyrelu 0.1, avgpool k3 s2 p1, dense 7", {2, 7, 6}},
                    Case{"conv 3 s2, leakyrelu 0.3, upsample 2, relu, conv 2, upsample 3, sigmoid", {2, 3, 4}}),
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

}  // namespace
}  // namespace shoal
