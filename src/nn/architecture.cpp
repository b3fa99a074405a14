#include "shoal/nn/architecture.hpp"

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/nn/grammar.hpp"

namespace shoal {
namespace {

bool has_weights(LayerKind kind) {
  return kind == LayerKind::dense || kind == LayerKind::conv || kind == LayerKind::transposed_conv ||
         is_recurrent(kind);
}

bool is_pooling(LayerKind kind) {
  return kind == LayerKind::max_pool || kind == LayerKind::avg_pool;
}

/// Layers that hand on what they are given, in another shape.
bool moves_only(LayerKind kind) {
  return kind == LayerKind::flatten || kind == LayerKind::reshape || kind == LayerKind::last ||
         kind == LayerKind::repeat || kind == LayerKind::upsample || is_pooling(kind);
}

std::string preset_encoder(const std::string& preset, Index code, const Shape& input) {
  const std::string dense = "dense " + std::to_string(code);
  if (preset == "conv") return "conv 8 k3 s2 p1, relu, conv 16 k3 s2 p1, relu, conv 32 k3 s2 p1, relu, " + dense;
  if (preset == "baseline") return "conv 16 k3 s2 p1, relu, conv 32 k3 s2 p1, relu, " + dense;
  if (preset == "deep") {
    std::string text;
    for (const char* width : {"32", "64", "128"})
      text +=
          "conv " + std::string(width) + " k3 s2 p1, batchnorm, relu, conv " + width + " k3 s1 p1, batchnorm, relu, ";
    return text + dense;
  }
  if (preset == "vae")  // twice as many numbers as in the code: means and logarithms of variances
    return preset_encoder(input.pixels() > 1 ? "conv" : "dense", 2 * code, input) + ", sample";
  if (preset == "dense") return "dense 1000, relu, dense 500, relu, dense 250, relu, " + dense;
  if (preset == "lstm" || preset == "gru") return preset + " 64, last, " + dense;
  const std::vector<std::string> known{"auto", "conv", "baseline", "deep", "dense", "lstm", "gru", "vae"};
  const std::string near = closest(preset, known);
  throw option_error("there is no network preset \"" + preset + "\" for " + input.text(),
                     (near.empty() ? "" : "did you mean \"" + near + "\"? ") + "known: " + join(known));
}

/// The layer that maps the output shape of `layer` back to its input shape, in the words of the grammar.
std::string counterpart(const LayerSpec& layer) {
  const std::string channels = std::to_string(layer.input.channels);
  const std::string window =
      " k" + std::to_string(layer.kernel) + " s" + std::to_string(layer.stride) + " p" + std::to_string(layer.padding);
  if (layer.kind == LayerKind::dense) return "dense " + std::to_string(layer.input.size());
  const bool keeps_size = layer.input.height == layer.output.height && layer.input.width == layer.output.width;
  if (layer.kind == LayerKind::conv && layer.stride == 1 && keeps_size) return "conv " + channels + window;
  if (layer.kind == LayerKind::transposed_conv)
    throw option_error("an encoder with transposed convolutions cannot be mirrored",
                       "give the decoder too: --decoder \"...\"");
  const auto missing = [&](Index in) { return (in + 2 * layer.padding - layer.kernel) % layer.stride; };
  return "tconv " + channels + window + " o" + std::to_string(missing(layer.input.height)) + "x" +
         std::to_string(missing(layer.input.width));
}

/// The LSTM (GRU) that goes with one of the encoder, and what maps its states back to the steps of its input; between
/// two recurrent layers nothing has to.
std::string recurrent_counterpart(const std::vector<LayerSpec>& encoder, std::size_t at) {
  std::string text = text_of(encoder[at]);
  if (at > 0 && is_recurrent(encoder[at - 1].kind)) return text;
  return text + ", steps " + std::to_string(encoder[at].input.channels);
}

std::string shape_words(const Shape& shape) {
  return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" + std::to_string(shape.width);
}

/// The same for a layer that has no weights; empty where nothing is to be undone.
std::string moved_back(const LayerSpec& layer) {
  const std::string factor = std::to_string(layer.stride);
  if (layer.kind == LayerKind::upsample) return "avgpool k" + factor + " s" + factor + " p0";
  if (layer.kind == LayerKind::last) return "repeat " + std::to_string(layer.input.width);
  if (layer.kind == LayerKind::repeat) return "last";
  if (!is_pooling(layer.kind)) return "reshape " + shape_words(layer.input);
  if (layer.input.height != layer.output.height * layer.stride ||
      layer.input.width != layer.output.width * layer.stride)
    throw option_error("\"" + text_of(layer) + "\" turns " + layer.input.text() + " into " + layer.output.text() +
                           ", which \"upsample " + factor + "\" does not turn back: the encoder cannot be mirrored",
                       "give the decoder too (--decoder), where tconv makes odd sizes by its output padding; or pool "
                       "where rows and columns are multiples of " +
                           factor);
  return layer.stride == 1 ? "" : "upsample " + factor;
}

/// One layer, or a residual block with all that is in it: layers [begin, end).
struct Part {
  std::size_t begin, end;
};

std::vector<Part> parts_of(const std::vector<LayerSpec>& layers, std::size_t begin, std::size_t end) {
  std::vector<Part> parts;
  for (std::size_t i = begin; i < end; i = parts.back().end)
    parts.push_back({i, layers[i].kind == LayerKind::skip ? join_of(layers, i) + 1 : i + 1});
  return parts;
}

/// Parts that something else undoes; what is between them (normalisations, activations) follows the one before.
bool is_map(LayerKind kind) {
  return has_weights(kind) || kind == LayerKind::skip;
}

/// What follows a map also in the decoder, which has no code to draw.
bool stays(LayerKind kind) {
  return !is_map(kind) && !moves_only(kind) && kind != LayerKind::sample;
}

std::string turned_back(const std::vector<LayerSpec>& layers, const Part& part);

/// A block's layers: the maps in reverse order, what is between them in its place.
std::string mirrored_block(const std::vector<LayerSpec>& layers, const Part& block) {
  const auto parts = parts_of(layers, block.begin + 1, block.end - 1);
  std::vector<std::string> back, words;
  for (const Part& part : parts)
    if (const LayerKind kind = layers[part.begin].kind; is_map(kind) || moves_only(kind))
      back.push_back(turned_back(layers, part));
  for (const Part& part : parts) {
    const LayerSpec& layer = layers[part.begin];
    if (stays(layer.kind)) words.push_back(text_of(layer));
    if (!is_map(layer.kind) && !moves_only(layer.kind)) continue;
    if (!back.back().empty()) words.push_back(back.back());
    back.pop_back();
  }
  return "residual(" + join(words) + ")";
}

std::string turned_back(const std::vector<LayerSpec>& layers, const Part& part) {
  const LayerSpec& layer = layers[part.begin];
  if (layer.kind == LayerKind::skip) return mirrored_block(layers, part);
  if (is_recurrent(layer.kind)) return recurrent_counterpart(layers, part.begin);
  return has_weights(layer.kind) ? counterpart(layer) : moved_back(layer);
}

/// Normalisations and activations that follow part `at`.
std::string followers(const std::vector<LayerSpec>& layers, const std::vector<Part>& parts, std::size_t at) {
  std::string text;
  for (std::size_t i = at + 1; i < parts.size() && !is_map(layers[parts[i].begin].kind); ++i)
    if (const LayerSpec& layer = layers[parts[i].begin]; stays(layer.kind)) text += ", " + text_of(layer);
  return text;
}

}  // namespace

std::vector<LayerSpec> mirrored_decoder(const std::vector<LayerSpec>& encoder, const std::string& output_activation) {
  const auto parts = parts_of(encoder, 0, encoder.size());
  const auto kind_of = [&](std::size_t i) { return encoder[parts[i].begin].kind; };
  std::string text;
  for (std::size_t i = parts.size(); i-- > 0;) {
    if (!is_map(kind_of(i)) && !moves_only(kind_of(i))) continue;
    const std::string back = turned_back(encoder, parts[i]);
    if (!text.empty() && !back.empty()) text += ", ";
    text += back;
    if (!is_map(kind_of(i))) continue;
    std::size_t before = i;  // the map before this one; i itself where there is none
    for (std::size_t j = i; j-- > 0 && before == i;)
      if (is_map(kind_of(j))) before = j;
    if (before == i) continue;
    const bool dense_on_dense = kind_of(i) == LayerKind::dense && kind_of(before) == LayerKind::dense;
    text += followers(encoder, parts, dense_on_dense ? before : i);
  }
  if (output_activation != "linear") text += ", " + output_activation;
  return parse_layers(text, encoder.back().output);
}

Architecture make_architecture(const ArchitectureOptions& options, const Shape& input) {
  Architecture network;
  network.input = input;
  std::string preset = options.preset;
  if (preset == "auto") preset = input.is_sequence() ? "lstm" : input.pixels() > 1 ? "conv" : "dense";
  if (options.code < 1) throw option_error("the code needs at least one number, not " + std::to_string(options.code));
  if (options.encoder.empty() && options.code > input.size())
    throw option_error("a code of " + format_count(options.code) + " numbers is larger than the data: a sample (" +
                           input.text() + ") has " + format_count(input.size()),
                       "choose --code smaller, e.g. --code " + std::to_string(std::max<Index>(1, input.size() / 8)));
  network.encoder =
      parse_layers(options.encoder.empty() ? preset_encoder(preset, options.code, input) : options.encoder, input);
  if (network.code_size() > input.size())
    throw option_error("the encoder ends in " + format_count(network.code_size()) + " numbers, more than a sample (" +
                           input.text() + ") has: " + format_count(input.size()),
                       "end it in a smaller layer, e.g. dense 32");
  std::string last = options.output_activation == "auto" ? "linear" : options.output_activation;
  if (last == "leakyrelu") last = "leakyrelu 0.1";
  network.decoder = options.decoder.empty() ? mirrored_decoder(network.encoder, last)
                                            : parse_layers(options.decoder, network.encoder.back().output);
  const Shape& output = network.decoder.back().output;
  if (output.size() == input.size() && output != input && output.pixels() == 1)
    network.decoder.push_back({.kind = LayerKind::reshape, .input = output, .output = input});
  if (network.decoder.back().output != input)
    throw option_error(
        "the decoder ends in " + network.decoder.back().output.text() + ", but a sample is " + input.text(),
        "change its last layer, or leave --decoder out: the encoder is then mirrored");
  return network;
}

Index Architecture::parameter_count() const {
  Index n = 0;
  for (const auto* part : {&encoder, &decoder})
    for (const auto& layer : *part) n += shoal::parameter_count(layer);
  return n;
}

double Architecture::encode_multiply_adds() const {
  double n = 0;
  for (const auto& layer : encoder) n += multiply_adds(layer);
  return n;
}

double Architecture::train_multiply_adds() const {
  double forward = encode_multiply_adds();
  for (const auto& layer : decoder) forward += multiply_adds(layer);
  double first = 0;  // the first weighted layer needs no gradient of its input
  for (const auto& layer : encoder)
    if (has_weights(layer.kind)) {
      first = multiply_adds(layer);
      break;
    }
  return 3 * forward - first;
}

}  // namespace shoal
