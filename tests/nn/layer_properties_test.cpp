// What single layers promise beyond their mathematics.
#include "network_run.hpp"
#include "shoal/nn/layer.hpp"

namespace shoal {
namespace {

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
