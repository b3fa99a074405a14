#include <algorithm>
#include <charconv>
#include <optional>

#include "layer_words.hpp"  // one layer; layer_chain.cpp has the chain
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

const std::vector<std::string> known_words{"dense",    "conv",     "tconv",   "batchnorm", "relu",    "leakyrelu",
                                           "sigmoid",  "tanh",     "flatten", "reshape",   "maxpool", "avgpool",
                                           "upsample", "residual", "dropout", "sample",    "lstm",    "gru",
                                           "last",     "repeat",   "steps"};
constexpr Index most = 1'000'000;  // channels, features: keeps all sizes far from overflow

std::optional<Index> whole_number(std::string_view text) {
  Index value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Index positive(const Words& w, std::string_view text, const char* what) {
  const auto value = whole_number(text);
  if (!value || *value < 1 || *value > most)
    w.fail("\"" + std::string(text) + "\" is not a number of " + what + " (1 to " + format_count(most) + ")");
  return *value;
}

Index count_argument(const Words& w, const char* what, const char* example) {
  if (w.words.size() < 2)
    w.fail(std::string("the number of ") + what + " is missing", std::string("write, e.g., ") + example);
  return positive(w, w.words[1], what);
}

float below_one(const Words& w, const char* what) {
  char* end = nullptr;
  const float value = std::strtof(w.words[1].c_str(), &end);
  if (end != w.words[1].c_str() + w.words[1].size() || !(value >= 0 && value < 1))
    w.fail(std::string("the ") + what + " must be a number in [0, 1)", "write, e.g., " + w.words[0] + " 0.2");
  return value;
}

void no_more_words(const Words& w, std::size_t expected) {
  if (w.words.size() > expected) w.fail("\"" + w.words[expected] + "\" is one word too many");
}

// The words from `first` on: k3 s2 p1, over what the layer has.
void window_arguments(const Words& w, LayerSpec& layer, std::size_t first) {
  for (std::size_t i = first; i < w.words.size(); ++i) {
    const std::string& word = w.words[i];
    const char letter = word[0];
    const auto value = whole_number(std::string_view(word).substr(1));
    const auto parts = split(std::string_view(word).substr(1), 'x');
    if (letter == 'o' && layer.kind == LayerKind::transposed_conv && parts.size() == 2 && whole_number(parts[0]) &&
        whole_number(parts[1])) {
      layer.output_padding_height = *whole_number(parts[0]);
      layer.output_padding_width = *whole_number(parts[1]);
    } else if (value && *value >= 0 && *value <= 1000 && letter == 'k') {
      layer.kernel = *value;
    } else if (value && *value >= 0 && *value <= 1000 && letter == 's') {
      layer.stride = *value;
    } else if (value && *value >= 0 && *value <= 1000 && letter == 'p') {
      layer.padding = *value;
    } else if (value && *value >= 0 && letter == 'o' && layer.kind == LayerKind::transposed_conv) {
      layer.output_padding_height = layer.output_padding_width = *value;
    } else {
      w.fail("\"" + word + "\" is not understood", "kernel, stride, padding: k3 s2 p1 (tconv also: output padding o1)");
    }
  }
  if (layer.kernel < 1 || layer.stride < 1) w.fail("kernel and stride must be at least 1");
  if (layer.padding >= layer.kernel) w.fail("the padding must be smaller than the kernel");
}

void conv_arguments(const Words& w, LayerSpec& layer) {
  layer.kernel = 3;
  layer.stride = 1;
  layer.padding = 1;
  window_arguments(w, layer, 2);
}

// As in PyTorch the stride is the kernel where it is left out, and every window holds a pixel.
void pool_arguments(const Words& w, LayerSpec& layer) {
  layer.kernel = 2;
  window_arguments(w, layer, 1);
  if (std::none_of(w.words.begin() + 1, w.words.end(), [](const std::string& word) { return word[0] == 's'; }))
    layer.stride = layer.kernel;
  if (2 * layer.padding > layer.kernel) w.fail("the padding must be at most half of the kernel");
}

void set_conv_output(const Words& w, LayerSpec& layer, Index channels) {
  const auto out = [&](Index in) {
    const Index room = in + 2 * layer.padding - layer.kernel;
    if (room < 0)
      w.fail("a " + std::to_string(layer.kernel) + "x" + std::to_string(layer.kernel) + " kernel does not fit on " +
                 layer.input.text() + " with padding " + std::to_string(layer.padding),
             "use fewer or smaller strides before it");
    return room / layer.stride + 1;
  };
  layer.output = {channels, out(layer.input.height), out(layer.input.width)};
}

void set_transposed_output(const Words& w, LayerSpec& layer, Index channels) {
  if (layer.output_padding_height >= layer.stride || layer.output_padding_width >= layer.stride ||
      layer.output_padding_height < 0 || layer.output_padding_width < 0)
    w.fail("the output padding must be smaller than the stride (" + std::to_string(layer.stride) + ")");
  const auto out = [&](Index in, Index extra) {
    const Index size = (in - 1) * layer.stride - 2 * layer.padding + layer.kernel + extra;
    if (size < 1) w.fail("nothing is left of " + layer.input.text());
    return size;
  };
  layer.output = {channels, out(layer.input.height, layer.output_padding_height),
                  out(layer.input.width, layer.output_padding_width)};
}

bool is_for_sequences(const std::string& word) {
  return word == "lstm" || word == "gru" || word == "last" || word == "steps";
}

void set_sequence_output(const Words& w, LayerSpec& layer) {
  const std::string& word = w.words[0];
  const Shape& in = layer.input;
  if (!in.is_sequence())
    w.fail("it needs a sequence, not " + std::string(in.pixels() > 1 ? "an image of " : "a vector of ") + in.text() +
               (in.pixels() > 1 ? "" : " numbers"),
           "data (n, t, c) are read as sequences with --layout ntc; behind a vector write, e.g., repeat 50");
  if (word == "last") {
    layer.kind = LayerKind::last;
    layer.output = {in.channels, 1, 1};
    return no_more_words(w, 1);
  }
  layer.kind = word == "lstm" ? LayerKind::lstm : word == "gru" ? LayerKind::gru : LayerKind::conv;
  layer.output = {count_argument(w, word == "steps" ? "outputs" : "units", (word + " 32").c_str()), 1, in.width};
  no_more_words(w, 2);
}

}  // namespace

LayerSpec parse_layer(const Words& w, const Shape& input) {
  LayerSpec layer{.input = input, .output = input};
  const std::string& word = w.words[0];
  if (word == "dense") {
    layer.kind = LayerKind::dense;
    layer.output = {count_argument(w, "outputs", "dense 32"), 1, 1};
    no_more_words(w, 2);
  } else if (word == "conv") {
    layer.kind = LayerKind::conv;
    const Index channels = count_argument(w, "channels", "conv 8 k3 s2 p1");
    conv_arguments(w, layer);
    set_conv_output(w, layer, channels);
  } else if (word == "tconv") {
    layer.kind = LayerKind::transposed_conv;
    const Index channels = count_argument(w, "channels", "tconv 8 k3 s2 p1 o1");
    conv_arguments(w, layer);
    set_transposed_output(w, layer, channels);
  } else if (word == "maxpool" || word == "avgpool") {
    layer.kind = word == "maxpool" ? LayerKind::max_pool : LayerKind::avg_pool;
    pool_arguments(w, layer);
    set_conv_output(w, layer, input.channels);
  } else if (word == "upsample") {
    layer.kind = LayerKind::upsample;
    layer.stride = count_argument(w, "times to repeat each pixel", "upsample 2");
    no_more_words(w, 2);
    if (layer.stride > 1000) w.fail("each pixel can be repeated at most 1000 times");
    layer.output = {input.channels, input.height * layer.stride, input.width * layer.stride};
  } else if (word == "reshape") {
    layer.kind = LayerKind::reshape;
    const auto sizes = w.words.size() == 2 ? split(w.words[1], 'x') : std::vector<std::string>{};
    if (sizes.size() != 3) w.fail("the shape is missing", "write, e.g., reshape 32x4x4 (channels, height, width)");
    layer.output = {positive(w, sizes[0], "channels"), positive(w, sizes[1], "rows"), positive(w, sizes[2], "columns")};
    if (layer.output.size() != input.size())
      w.fail(input.text() + " has " + format_count(input.size()) + " elements, not " +
             format_count(layer.output.size()));
  } else if (is_for_sequences(word)) {
    set_sequence_output(w, layer);
  } else if (word == "repeat") {
    layer.kind = LayerKind::repeat;
    layer.output = {input.size(), 1, count_argument(w, "steps", "repeat 50")};
    if (layer.output.width < 2) w.fail("a sequence has at least 2 steps");
    no_more_words(w, 2);
  } else if (word == "leakyrelu") {
    layer.kind = LayerKind::leaky_relu;
    if (w.words.size() > 1) layer.negative_slope = below_one(w, "slope");
    no_more_words(w, 2);
  } else if (word == "sample") {
    layer.kind = LayerKind::sample;
    if (input.channels % 2 != 0)
      w.fail("it needs as many means as logarithms of variances, not " + format_count(input.channels) + " numbers",
             "write, e.g., dense 64, sample for a code of 32");
    layer.output.channels = input.channels / 2;
    no_more_words(w, 1);
  } else if (word == "dropout") {
    layer.kind = LayerKind::dropout;
    if (w.words.size() < 2) w.fail("the probability is missing", "write, e.g., dropout 0.2");
    layer.probability = below_one(w, "probability");
    no_more_words(w, 2);
  } else {
    if (word == "batchnorm")
      layer.kind = LayerKind::batch_norm;
    else if (word == "relu")
      layer.kind = LayerKind::relu;
    else if (word == "sigmoid")
      layer.kind = LayerKind::sigmoid;
    else if (word == "tanh")
      layer.kind = LayerKind::tanh;
    else if (word == "flatten") {
      layer.kind = LayerKind::flatten;
      layer.output = {input.size(), 1, 1};
    } else if (word == "residual") {
      w.fail("its layers are missing", "write, e.g., residual(conv 8, relu, conv 8)");
    } else {
      const std::string near = closest(word, known_words);
      w.fail("there is no such layer",
             (near.empty() ? "" : "did you mean \"" + near + "\"? ") + "known: " + join(known_words));
    }
    no_more_words(w, 1);
  }
  return layer;
}

}  // namespace shoal
