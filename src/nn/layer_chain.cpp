#include <algorithm>

#include "layer_list.hpp"
#include "layer_words.hpp"
#include "shoal/nn/grammar.hpp"

namespace shoal {
namespace {

/// What has been read so far, and what the next layer is given.
struct Chain {
  std::vector<LayerSpec> layers;
  Shape shape;
  bool is_image;  // as PyTorch sees it: an image may shrink to one pixel and still be one
};

void read_chain(std::string_view text, const std::string& place, Chain& chain);

double size_of(const Shape& s) {
  return static_cast<double>(s.channels) * static_cast<double>(s.height) * static_cast<double>(s.width);
}

// Weights, but for the biases, which are fewer.
double weights_of(const LayerSpec& l) {
  if (l.kind == LayerKind::dense) return size_of(l.input) * size_of(l.output);
  const auto in = static_cast<double>(l.input.channels), out = static_cast<double>(l.output.channels);
  if (l.kind == LayerKind::conv || l.kind == LayerKind::transposed_conv)
    return in * out * static_cast<double>(l.kernel * l.kernel);
  return is_recurrent(l.kind) ? static_cast<double>(gate_count(l.kind)) * out * (in + out) : 0;
}

// Sizes are multiplied by one another all through the network: what no machine holds shall not overflow there.
void require_possible(const Words& w, const LayerSpec& layer) {
  constexpr double most = 1e12;
  const double outputs = size_of(layer.output), weights = weights_of(layer);
  if (outputs > most)
    w.fail("it has " + format_number(outputs, 3) + " outputs, more than any machine holds",
           "use fewer channels, or larger strides before it");
  if (weights > most)
    w.fail("it has " + format_number(weights, 3) + " weights, more than any machine holds",
           "use fewer outputs, or make its input smaller");
}

void read_layer(const Words& w, Chain& chain) {
  const std::string& word = w.words[0];
  const bool wants_image =
      word == "conv" || word == "tconv" || word == "maxpool" || word == "avgpool" || word == "upsample";
  const bool wants_vector = word == "dense" || word == "repeat";
  if (wants_vector && chain.is_image)
    chain.layers.push_back({.kind = LayerKind::flatten, .input = chain.shape, .output = {chain.shape.size(), 1, 1}});
  else if (wants_image && !chain.is_image)
    chain.layers.push_back({.kind = LayerKind::reshape, .input = chain.shape, .output = chain.shape});
  if (!chain.layers.empty()) chain.shape = chain.layers.back().output;
  chain.layers.push_back(parse_layer(w, chain.shape));
  LayerSpec& layer = chain.layers.back();
  require_possible(w, layer);
  layer.on_image = layer.kind == LayerKind::batch_norm && chain.is_image;
  chain.shape = layer.output;
  chain.is_image = (chain.is_image || wants_image || word == "reshape" || word == "repeat") && word != "dense" &&
                   word != "flatten" && word != "last";
}

void read_block(const Words& w, std::string_view inside, Chain& chain) {
  constexpr std::ptrdiff_t deepest = 20;  // keeps the stack small whatever is typed
  if (std::count(w.place.begin(), w.place.end(), '.') >= deepest) w.fail("blocks are nested too deeply");
  if (trim(inside).empty()) w.fail("the block has no layers", "write, e.g., residual(conv 8, relu, conv 8)");
  const Shape shape = chain.shape;
  const bool is_image = chain.is_image;
  chain.layers.push_back({.kind = LayerKind::skip, .input = shape, .output = shape});
  read_chain(inside, w.place + ".", chain);
  if (chain.shape != shape || chain.is_image != is_image) {
    const auto named = [](const Shape& s, bool image) { return (image ? "an image of " : "a vector of ") + s.text(); };
    w.fail("the block turns " + named(shape, is_image) + " into " + named(chain.shape, chain.is_image) +
               ", but adds the one to the other",
           "let its layers keep the shape, e.g. end them in " +
               (is_image ? "conv " + std::to_string(shape.channels) + " k3 s1 p1"
                         : "dense " + std::to_string(shape.size())));
  }
  chain.layers.push_back({.kind = LayerKind::join, .input = shape, .output = shape});
}

void read_chain(std::string_view text, const std::string& place, Chain& chain) {
  std::size_t number = 0;
  for (const auto& part : split_layers(text)) {
    std::vector<std::string> words;
    for (auto& word : split(part, ' '))
      if (!word.empty()) words.push_back(std::move(word));
    const Words w{words, place + std::to_string(++number)};
    if (words.empty()) w.fail("a layer is missing between two commas");
    if (const auto inside = inside_of_block(part))
      read_block(w, *inside, chain);
    else
      read_layer(w, chain);
  }
}

}  // namespace

std::vector<LayerSpec> parse_layers(std::string_view text, const Shape& input) {
  Chain chain{{}, input, input.pixels() > 1};
  read_chain(text, "", chain);
  if (chain.layers.empty()) throw option_error("the network has no layers", "e.g. conv 8 k3 s2 p1, relu, dense 32");
  return std::move(chain.layers);
}

}  // namespace shoal
