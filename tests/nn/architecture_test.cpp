#include "shoal/nn/architecture.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "shoal/core/error.hpp"
#include "shoal/nn/grammar.hpp"
#include "shoal/nn/network.hpp"

namespace shoal {
namespace {

std::string refusal(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::options);
    return std::string(error.what()) + " | " + error.hint();
  }
  return "nothing was refused";
}

TEST(Grammar, reads_what_it_writes) {
  const std::string text =
      "conv 8 k3 s2 p1, batchnorm, relu, tconv 4 k5 s3 p2 o2x1, leakyrelu 0.2, flatten, dense 12, "
      "sigmoid, reshape 3x2x2, tanh";
  const auto layers = parse_layers(text, {3, 9, 9});
  EXPECT_EQ(text_of(layers), text);
  EXPECT_EQ(parse_layers(text_of(layers), {3, 9, 9}), layers);
}

TEST(Grammar, reads_pooling) {
  const auto layers = parse_layers("conv 4, maxpool, avgpool k3, maxpool k3 s2 p1, upsample 3", {3, 40, 36});
  EXPECT_EQ(text_of(layers), "conv 4 k3 s1 p1, maxpool k2 s2 p0, avgpool k3 s3 p0, maxpool k3 s2 p1, upsample 3");
  EXPECT_EQ(layers.back().output, (Shape{4, 9, 9}));
  EXPECT_EQ(parse_layers(text_of(layers), {3, 40, 36}), layers);
  EXPECT_EQ(torch_expression(parse_layers("maxpool k3 s2 p1, avgpool, upsample 2", {3, 8, 8})),
            "nn.Sequential(nn.MaxPool2d(3, stride=2, padding=1), nn.AvgPool2d(2, stride=2, padding=0), "
            "nn.Upsample(scale_factor=2))");
}

TEST(Grammar, reads_residual_blocks) {
  const std::string text =
      "conv 4 k3 s1 p1, residual(conv 4 k3 s1 p1, residual(relu, conv 4 k1 s1 p0), relu), residual(flatten, dense 36, "
      "reshape 4x3x3), relu";
  const auto layers = parse_layers(
      "conv 4, residual (conv 4,residual( relu, conv 4 k1 p0 ) , relu), "
      "residual(dense 36, reshape 4x3x3), relu",
      {3, 3, 3});
  EXPECT_EQ(text_of(layers), text);
  EXPECT_EQ(parse_layers(text, {3, 3, 3}), layers);
  EXPECT_EQ(torch_expression(parse_layers("residual(dense 5, residual(tanh)), relu", {5, 1, 1})),
            "nn.Sequential(Residual(nn.Linear(5, 5), Residual(nn.Tanh())), nn.ReLU())");
  EXPECT_EQ(text_of(parse_layers("dropout 0.2", {3, 1, 1})), "dropout 0.2");
  EXPECT_EQ(torch_expression(parse_layers("dropout 0.125", {3, 1, 1})), "nn.Sequential(nn.Dropout(0.125))");
}

TEST(Grammar, refuses_blocks_that_are_none) {
  const auto said = [&](const char* text) { return refusal([&] { parse_layers(text, {3, 8, 8}); }); };
  const auto expect = [&](const char* text, const char* part) {
    EXPECT_NE(said(text).find(part), std::string::npos) << said(text);
  };
  expect("conv 4, residual(conv 4, conv 8)",
         "layer 2 (\"residual(conv 4, conv 8)\"): the block turns an image of 4x8x8 into an image of 8x8x8");
  expect("conv 4, residual(conv 4, conv 8)", "conv 4 k3 s1 p1");
  expect("residual(dense 192)", "into a vector of 192");
  expect("dense 6, residual(conv 6)", "into an image of 6");
  expect("conv 4, residual(relu, residual(conv 4, reul))", "layer 2.2.2 (\"reul\"): there is no such layer");
  expect("residual( )", "has no layers");
  expect("residual", "its layers are missing");
  expect("residual(relu,)", "layer 1.2 (\"\"): a layer is missing");
  expect("residual(relu", "is not closed");
  expect("residual(relu)), tanh", "was not opened");
  expect("residual(relu) tanh", "put a comma between them");
  expect("resdual(relu)", "there is no such layer");
  std::string deep = "relu";
  for (int i = 0; i < 1000; ++i) deep = "residual(" + deep + ")";
  expect(deep.c_str(), "nested too deeply");
}

TEST(Grammar, a_dense_layer_after_an_image_flattens_it) {
  EXPECT_EQ(text_of(parse_layers("conv 2, dense 5", {1, 4, 4})), "conv 2 k3 s1 p1, flatten, dense 5");
}

TEST(Grammar, an_image_of_one_pixel_is_still_an_image) {
  const auto a = make_architecture({.preset = "deep", .code = 8}, {1, 8, 8});
  EXPECT_NE(text_of(a.encoder).find("flatten, dense 8"), std::string::npos) << text_of(a.encoder);
  EXPECT_NE(text_of(a.decoder).find("dense 128, reshape 128x1x1, conv 128"), std::string::npos) << text_of(a.decoder);
  EXPECT_EQ(torch_expression(a.encoder).find("BatchNorm1d"), std::string::npos);
  EXPECT_EQ(text_of(parse_layers("dense 6, batchnorm, conv 3", {9, 1, 1})),
            "dense 6, batchnorm, reshape 6x1x1, conv 3 k3 s1 p1");
  EXPECT_NE(torch_expression(parse_layers("dense 6, batchnorm", {9, 1, 1})).find("BatchNorm1d(6)"), std::string::npos);
}

TEST(Grammar, slopes_keep_their_digits_in_pytorch) {
  EXPECT_EQ(torch_expression(parse_layers("leakyrelu 0.123456", {3, 1, 1})), "nn.Sequential(nn.LeakyReLU(0.123456))");
}

TEST(Grammar, reads_sequences_and_writes_them) {
  const std::string text = "lstm 8, gru 6, steps 4, relu, last, dense 5, repeat 7, lstm 3, flatten, dense 2";
  const auto layers = parse_layers(text, {3, 1, 9});
  EXPECT_EQ(text_of(layers), text);
  EXPECT_EQ(parse_layers(text_of(layers), {3, 1, 9}), layers);
  EXPECT_EQ(layers[1].output, (Shape{6, 1, 9}));
  EXPECT_EQ(layers[4].output, (Shape{4, 1, 1}));
  EXPECT_EQ(layers[6].output, (Shape{5, 1, 7}));
  EXPECT_EQ(text_of(parse_layers("conv 4 k1 s1 p0", {3, 1, 9})), "steps 4");
  EXPECT_EQ(text_of(parse_layers("lstm 8, dense 4", {3, 1, 9})), "lstm 8, flatten, dense 4");
  EXPECT_EQ(torch_expression(parse_layers("gru 6, last, dense 5, repeat 7, lstm 3, steps 2", {4, 1, 9})),
            "nn.Sequential(GRU(4, 6), Last(), nn.Linear(6, 5), Repeat(7), LSTM(5, 3), "
            "nn.Conv2d(3, 2, 1, stride=1, padding=0))");
}

TEST(Grammar, refuses_what_is_no_sequence) {
  const auto said = [](const char* text, const Shape& shape) { return refusal([&] { parse_layers(text, shape); }); };
  EXPECT_NE(said("lstm 8", {1, 28, 28}).find("layer 1 (\"lstm 8\"): it needs a sequence, not an image of 1x28x28 | "),
            std::string::npos);
  EXPECT_NE(said("dense 4, gru 8", {9, 1, 1}).find("not a vector of 4 numbers"), std::string::npos);
  EXPECT_NE(said("last", {9, 1, 1}).find("--layout ntc"), std::string::npos);
  EXPECT_NE(said("lstm", {3, 1, 9}).find("number of units is missing | write, e.g., lstm 32"), std::string::npos);
  EXPECT_NE(said("gru x", {3, 1, 9}).find("not a number of units"), std::string::npos);
  EXPECT_NE(said("steps 0", {3, 1, 9}).find("not a number of outputs"), std::string::npos);
  EXPECT_NE(said("dense 4, repeat 1", {3, 1, 9}).find("at least 2 steps"), std::string::npos);
  EXPECT_NE(said("last 3", {3, 1, 9}).find("one word too many"), std::string::npos);
  EXPECT_NE(said("lsmt 3", {3, 1, 9}).find("did you mean \"lstm\"?"), std::string::npos);
}

TEST(Grammar, refuses_by_name_and_number) {
  const Shape image{3, 32, 32};
  const auto said = [&](const char* text) { return refusal([&] { parse_layers(text, image); }); };
  EXPECT_NE(said("conv 8, rleu, dense 4").find("layer 2 (\"rleu\"): there is no such layer | did you mean \"relu\"?"),
            std::string::npos);
  EXPECT_NE(said("conv").find("number of channels is missing"), std::string::npos);
  EXPECT_NE(said("conv 8 q3").find("\"q3\" is not understood"), std::string::npos);
  EXPECT_NE(said("dense 0").find("not a number of outputs"), std::string::npos);
  EXPECT_NE(said("dense 99999999999999999999").find("not a number of outputs"), std::string::npos);
  EXPECT_NE(said("conv 8 k99 p0").find("does not fit on 3x32x32"), std::string::npos);
  EXPECT_NE(said("conv 8 k3 s0").find("at least 1"), std::string::npos);
  EXPECT_NE(said("tconv 8 k3 s2 o2").find("smaller than the stride"), std::string::npos);
  EXPECT_NE(said("conv 8,, relu").find("between two commas"), std::string::npos);
  EXPECT_NE(said("reshape 3x3x3").find("has 3,072 elements"), std::string::npos);
  EXPECT_NE(said("relu 5").find("one word too many"), std::string::npos);
  EXPECT_NE(said("").find("no layers"), std::string::npos);
  EXPECT_NE(said("maxpool k3 p2").find("at most half"), std::string::npos);
  EXPECT_NE(said("maxpool k33").find("does not fit on 3x32x32"), std::string::npos);
  EXPECT_NE(said("avgpool s0").find("at least 1"), std::string::npos);
  EXPECT_NE(said("avgpool 2").find("\"2\" is not understood"), std::string::npos);
  EXPECT_NE(said("dropout").find("dropout 0.2"), std::string::npos);
  EXPECT_NE(said("dropout 1").find("number in [0, 1)"), std::string::npos);
  EXPECT_NE(said("dropout -0.1").find("number in [0, 1)"), std::string::npos);
  EXPECT_NE(said("dropout 0.2 0.3").find("one word too many"), std::string::npos);
  EXPECT_NE(said("upsample").find("upsample 2"), std::string::npos);
  EXPECT_NE(said("upsample 2 3").find("one word too many"), std::string::npos);
}

TEST(Architecture, conv_preset_on_32x32x3_is_the_one_that_was_agreed) {
  const auto a = make_architecture({.preset = "conv", .output_activation = "relu", .code = 32}, {3, 32, 32});
  EXPECT_EQ(a.parameter_count(), 45'347);
  EXPECT_EQ(text_of(a.encoder),
            "conv 8 k3 s2 p1, relu, conv 16 k3 s2 p1, relu, conv 32 k3 s2 p1, relu, flatten, dense 32");
  EXPECT_EQ(text_of(a.decoder),
            "dense 512, reshape 32x4x4, tconv 16 k3 s2 p1 o1, relu, tconv 8 k3 s2 p1 o1, relu, "
            "tconv 3 k3 s2 p1 o1, relu");
  EXPECT_NEAR(2e-6 * a.train_multiply_adds(), 2.519, 0.001);
  EXPECT_EQ(a.encode_multiply_adds(), 219'136);
}

TEST(Architecture, deep_preset_mirrors_its_stages) {
  const auto a = make_architecture({.preset = "deep", .output_activation = "relu", .code = 200}, {3, 32, 32});
  EXPECT_EQ(text_of(a.decoder),
            "dense 2048, reshape 128x4x4, conv 128 k3 s1 p1, batchnorm, relu, tconv 64 k3 s2 p1 o1, batchnorm, relu, "
            "conv 64 k3 s1 p1, batchnorm, relu, tconv 32 k3 s2 p1 o1, batchnorm, relu, "
            "conv 32 k3 s1 p1, batchnorm, relu, tconv 3 k3 s2 p1 o1, relu");
}

TEST(Architecture, vae_preset_has_twice_as_many_outputs_as_its_code) {
  const auto a = make_architecture({.preset = "vae", .code = 8}, {1, 28, 28});
  EXPECT_EQ(a.code_size(), 8);
  EXPECT_NE(text_of(a.encoder).find("flatten, dense 16, sample"), std::string::npos) << text_of(a.encoder);
  EXPECT_EQ(text_of(a.decoder).find("dense 512, reshape 32x4x4, tconv 16"), 0u) << text_of(a.decoder);
  EXPECT_NE(torch_expression(a.encoder).find("nn.Linear(512, 16), Sample())"), std::string::npos);
  EXPECT_TRUE(Network(a).has_penalty());
  const auto vectors = make_architecture({.preset = "vae", .code = 3}, {20, 1, 1});
  EXPECT_EQ(text_of(vectors.encoder), "dense 1000, relu, dense 500, relu, dense 250, relu, dense 6, sample");
  EXPECT_NE(refusal([] {
              make_architecture({.encoder = "dense 5, sample"}, {9, 1, 1});
            }).find("as many means"),
            std::string::npos);
}

TEST(Architecture, dense_preset_has_no_two_linear_layers_in_a_row) {
  const auto a = make_architecture({.preset = "auto", .code = 32}, {784, 1, 1});
  EXPECT_EQ(text_of(a.encoder), "dense 1000, relu, dense 500, relu, dense 250, relu, dense 32");
  EXPECT_EQ(text_of(a.decoder), "dense 250, relu, dense 500, relu, dense 1000, relu, dense 784");
}

TEST(Architecture, sequences_get_a_recurrent_autoencoder) {
  const auto a = make_architecture({.preset = "auto", .code = 8}, {3, 1, 50});
  EXPECT_EQ(text_of(a.encoder), "lstm 64, last, dense 8");
  EXPECT_EQ(text_of(a.decoder), "dense 64, repeat 50, lstm 64, steps 3");
  EXPECT_EQ(a.parameter_count(), 4 * 64 * (3 + 64 + 2) + 65 * 8 + 9 * 64 + 4 * 64 * (64 + 64 + 2) + 65 * 3);
  EXPECT_EQ(a.encode_multiply_adds(), 50 * 4 * 64 * (3 + 64) + 64 * 8);
  EXPECT_EQ(text_of(make_architecture({.preset = "gru", .output_activation = "relu", .code = 8}, {1, 1, 9}).decoder),
            "dense 64, repeat 9, gru 64, steps 1, relu");
}

TEST(Architecture, mirrors_whatever_comes_before_and_behind_a_recurrent_layer) {
  const auto decoder = [](const char* encoder) {
    return text_of(make_architecture({.encoder = encoder}, {3, 1, 20}).decoder);
  };
  EXPECT_EQ(decoder("lstm 16, gru 8, last, dense 9, relu, dense 4"),
            "dense 9, relu, dense 8, relu, repeat 20, gru 8, lstm 16, steps 3");
  EXPECT_EQ(decoder("conv 6 k3 s2 p1, relu, gru 5, dense 4"),
            "dense 50, reshape 5x1x10, gru 5, steps 6, tconv 3 k3 s2 p1 o0x1");
  EXPECT_EQ(decoder("steps 8, tanh, lstm 5, last"), "repeat 20, lstm 5, steps 8, steps 3");
  EXPECT_EQ(decoder("dense 4, repeat 5, lstm 2"), "lstm 2, steps 4, last, dense 60, reshape 3x1x20");
}

TEST(Architecture, the_decoder_restores_any_image_size) {
  for (const char* preset : {"conv", "baseline", "deep"})
    for (const Shape shape : {Shape{1, 28, 28}, Shape{3, 32, 32}, Shape{1, 64, 64}, Shape{3, 64, 64}, Shape{1, 17, 9},
                              Shape{2, 30, 45}, Shape{4, 5, 31}, Shape{1, 1, 40}})
      EXPECT_EQ(make_architecture({.preset = preset, .code = 4}, shape).decoder.back().output, shape)
          << preset << " " << shape.text();
}

TEST(Architecture, pooling_is_mirrored_where_the_shape_comes_back) {
  const auto mirrored = [](const char* encoder, const Shape& shape) {
    return text_of(make_architecture({.encoder = encoder, .output_activation = "relu"}, shape).decoder);
  };
  EXPECT_EQ(mirrored("conv 8, relu, maxpool, conv 16, avgpool k3 s2 p1, relu, dense 9", {1, 28, 28}),
            "dense 784, reshape 16x7x7, upsample 2, conv 8 k3 s1 p1, relu, upsample 2, conv 1 k3 s1 p1, relu");
  EXPECT_EQ(mirrored("conv 4 s2, maxpool k3 s1 p1, relu, upsample 2, conv 4 s2, dense 3", {2, 8, 8}),
            "dense 64, reshape 4x4x4, tconv 4 k3 s2 p1 o1, avgpool k2 s2 p0, tconv 2 k3 s2 p1 o1, relu");
  EXPECT_EQ(mirrored("maxpool, conv 4, maxpool", {2, 8, 12}), "upsample 2, conv 2 k3 s1 p1, upsample 2, relu");
  const auto refused = refusal([] { make_architecture({.encoder = "conv 4, maxpool, dense 5"}, {1, 9, 8}); });
  EXPECT_NE(refused.find("\"maxpool k2 s2 p0\" turns 4x9x8 into 4x4x4, which \"upsample 2\" does not"),
            std::string::npos)
      << refused;
  EXPECT_NE(refused.find("--decoder"), std::string::npos);
  EXPECT_NE(refusal([] {
              make_architecture({.encoder = "maxpool k3 s2, dense 5"}, {1, 9, 9});
            }).find("cannot be mirrored"),
            std::string::npos);
}

TEST(Architecture, a_residual_block_is_mirrored_to_one) {
  const auto mirrored = [](const char* encoder, const Shape& shape) {
    return text_of(make_architecture({.encoder = encoder, .output_activation = "relu"}, shape).decoder);
  };
  EXPECT_EQ(
      mirrored("conv 8 s2, relu, residual(conv 4, batchnorm, relu, conv 8 k1 p0, batchnorm), relu, dense 9", {1, 8, 8}),
      "dense 128, reshape 8x4x4, residual(conv 4 k1 s1 p0, batchnorm, relu, conv 8 k3 s1 p1, batchnorm), relu, "
      "tconv 1 k3 s2 p1 o1, relu");
  EXPECT_EQ(mirrored("conv 4, residual(relu, maxpool, residual(conv 4), upsample 2, tanh), dense 3", {1, 4, 4}),
            "dense 64, reshape 4x4x4, residual(relu, avgpool k2 s2 p0, residual(conv 4 k3 s1 p1), upsample 2, tanh), "
            "conv 1 k3 s1 p1, relu");
  EXPECT_EQ(mirrored("dense 6, residual(dense 4, relu, dense 6), dense 3", {8, 1, 1}),
            "dense 6, residual(dense 4, relu, dense 6), dense 8, relu");
}

TEST(Architecture, refuses_what_cannot_work) {
  EXPECT_NE(refusal([] {
              make_architecture({.preset = "cnov"}, {3, 32, 32});
            }).find("did you mean \"conv\""),
            std::string::npos);
  EXPECT_NE(refusal([] {
              make_architecture({.code = 100}, {8, 1, 1});
            }).find("larger than the data"),
            std::string::npos);
  EXPECT_NE(refusal([] {
              make_architecture({.encoder = "dense 9"}, {8, 1, 1});
            }).find("more than a sample"),
            std::string::npos);
  EXPECT_NE(refusal([] {
              make_architecture({.encoder = "dense 4", .decoder = "dense 7"}, {8, 1, 1});
            }).find("decoder ends in 7"),
            std::string::npos);
  EXPECT_NE(refusal([] {
              make_architecture({.encoder = "tconv 4 k3 s2 p1, dense 2"}, {1, 4, 4});
            }).find("--decoder"),
            std::string::npos);
}

TEST(Network, names_its_tensors_as_pytorch_does) {
  const Network network(make_architecture({.preset = "deep", .code = 8}, {1, 8, 8}));
  std::vector<std::string> names;
  Index parameters = 0, state = 0;
  for (const auto& t : network.tensors()) {
    names.push_back(t.name);
    EXPECT_EQ(t.offset, t.is_state ? state : parameters) << t.name;
    (t.is_state ? state : parameters) += t.size;
  }
  EXPECT_EQ(parameters, network.parameter_count());
  EXPECT_EQ(state, network.state_count());
  EXPECT_EQ(names[0], "encoder.0.weight");
  EXPECT_EQ(names[2], "encoder.1.weight");
  EXPECT_EQ(names[4], "encoder.1.running_mean");
  EXPECT_EQ(network.tensors()[0].shape, (std::vector<Index>{32, 1, 3, 3}));
}

TEST(Network, names_the_tensors_of_residual_blocks_as_pytorch_does) {
  const Network network(
      {{4, 1, 1},
       parse_layers("relu, residual(dense 3, relu, residual(tanh, dense 3), dense 4), dense 2", {4, 1, 1}),
       {}});
  std::vector<std::string> names;
  for (const auto& t : network.tensors()) names.push_back(t.name);
  EXPECT_EQ(names, (std::vector<std::string>{"encoder.1.0.weight", "encoder.1.0.bias", "encoder.1.2.1.weight",
                                             "encoder.1.2.1.bias", "encoder.1.3.weight", "encoder.1.3.bias",
                                             "encoder.2.weight", "encoder.2.bias"}));
}

TEST(Network, names_the_tensors_of_recurrent_layers_as_pytorch_does) {
  const Network network(make_architecture({.preset = "gru", .code = 8}, {3, 1, 9}));
  const auto& t = network.tensors();
  EXPECT_EQ(t[0].name, "encoder.0.weight_ih_l0");
  EXPECT_EQ(t[0].shape, (std::vector<Index>{192, 3}));
  EXPECT_EQ(t[1].name, "encoder.0.weight_hh_l0");
  EXPECT_EQ(t[1].shape, (std::vector<Index>{192, 64}));
  EXPECT_EQ(t[2].name, "encoder.0.bias_ih_l0");
  EXPECT_EQ(t[3].name, "encoder.0.bias_hh_l0");
  EXPECT_EQ(t[4].name, "encoder.2.weight");
  EXPECT_EQ(t.back().name, "decoder.3.bias");
}

TEST(Network, starts_its_outputs_towards_the_mean_without_changing_the_size_of_any_weight) {
  const Network network(make_architecture({.preset = "conv", .output_activation = "relu", .code = 8}, {3, 16, 16}));
  const auto drawn = network.initial_numbers(5);
  auto started = network.initial_numbers(5);
  network.start_output_towards(std::vector<double>{0.5, 0.3, -0.2}, started);
  const auto& weight = network.tensors()[network.tensors().size() - 2];  // (8, 3, 3, 3): in, out, k, k
  const auto& bias = network.tensors().back();
  for (std::size_t i = 0; i < drawn.parameters.size(); ++i)
    ASSERT_EQ(std::abs(drawn.parameters[i]), std::abs(started.parameters[i])) << i;
  for (Index c = 0; c < 3; ++c) {
    const double sign = c == 2 ? -1 : 1;
    double sum = 0;
    for (Index in = 0; in < 8; ++in)
      for (Index t = 0; t < 9; ++t)
        sum += started.parameters[static_cast<std::size_t>(weight.offset + (in * 3 + c) * 9 + t)];
    EXPECT_GE(sum * sign, 0) << c;
    EXPECT_GE(started.parameters[static_cast<std::size_t>(bias.offset + c)] * sign, 0) << c;
  }
}

TEST(Network, first_numbers_depend_on_the_seed_alone) {
  const Network network(make_architecture({.preset = "conv", .code = 8}, {1, 16, 16}));
  EXPECT_EQ(network.initial_numbers(5).parameters, network.initial_numbers(5).parameters);
  EXPECT_NE(network.initial_numbers(5).parameters, network.initial_numbers(6).parameters);
}

}  // namespace
}  // namespace shoal
