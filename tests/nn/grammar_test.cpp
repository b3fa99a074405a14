#include "shoal/nn/grammar.hpp"

#include "refusal.hpp"
#include "shoal/nn/architecture.hpp"

namespace shoal {
namespace {

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

TEST(Grammar, refuses_sizes_that_no_machine_holds) {
  const auto expect = [](const char* text, const char* part) {
    const std::string said = refusal([&] { parse_layers(text, {3, 8, 8}); });
    EXPECT_NE(said.find(part), std::string::npos) << said;
  };
  expect("upsample 1000, upsample 1000, upsample 1000, upsample 1000", "layer 2 (\"upsample 1000\"): it has 1.92e+14");
  expect("conv 1000000, conv 1000000 k1000 s1 p999", "layer 2");
  expect("conv 1000000, dense 1000000", "6.4e+13 weights, more than any machine holds");
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

}  // namespace
}  // namespace shoal
