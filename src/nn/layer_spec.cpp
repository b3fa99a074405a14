#include "shoal/nn/layer_spec.hpp"

#include "shoal/core/text.hpp"

namespace shoal {
namespace {

std::string kernel_words(const LayerSpec& l) {
  return " k" + std::to_string(l.kernel) + " s" + std::to_string(l.stride) + " p" + std::to_string(l.padding);
}

// A convolution that sees one step of a sequence at a time.
bool is_step_wise(const LayerSpec& l) {
  return l.input.is_sequence() && l.kernel == 1 && l.stride == 1 && l.padding == 0;
}

std::string torch_of(const LayerSpec& l) {
  const auto number = [](Index n) { return std::to_string(n); };
  const std::string window = number(l.kernel) + ", stride=" + number(l.stride) + ", padding=" + number(l.padding);
  switch (l.kind) {
    case LayerKind::dense:
      return "nn.Linear(" + number(l.input.size()) + ", " + number(l.output.size()) + ")";
    case LayerKind::conv:
      return "nn.Conv2d(" + number(l.input.channels) + ", " + number(l.output.channels) + ", " + window + ")";
    case LayerKind::transposed_conv:
      return "nn.ConvTranspose2d(" + number(l.input.channels) + ", " + number(l.output.channels) + ", " + window +
             ", output_padding=(" + number(l.output_padding_height) + ", " + number(l.output_padding_width) + "))";
    case LayerKind::batch_norm:
      return (l.on_image ? "nn.BatchNorm2d(" : "nn.BatchNorm1d(") + number(l.input.channels) + ")";
    case LayerKind::relu:
      return "nn.ReLU()";
    case LayerKind::leaky_relu:
      return "nn.LeakyReLU(" + format_number(l.negative_slope, 7) + ")";
    case LayerKind::sigmoid:
      return "nn.Sigmoid()";
    case LayerKind::tanh:
      return "nn.Tanh()";
    case LayerKind::flatten:
      return "nn.Flatten()";
    case LayerKind::max_pool:
      return "nn.MaxPool2d(" + window + ")";
    case LayerKind::avg_pool:
      return "nn.AvgPool2d(" + window + ")";
    case LayerKind::upsample:
      return "nn.Upsample(scale_factor=" + number(l.stride) + ")";
    case LayerKind::skip:
      return "Residual(";
    case LayerKind::join:
      return ")";
    case LayerKind::dropout:
      return "nn.Dropout(" + format_number(l.probability, 7) + ")";
    case LayerKind::sample:
      return "Sample()";
    case LayerKind::lstm:
      return "LSTM(" + number(l.input.channels) + ", " + number(l.output.channels) + ")";
    case LayerKind::gru:
      return "GRU(" + number(l.input.channels) + ", " + number(l.output.channels) + ")";
    case LayerKind::last:
      return "Last()";
    case LayerKind::repeat:
      return "Repeat(" + number(l.output.width) + ")";
    case LayerKind::reshape:
      break;
  }
  return "nn.Unflatten(1, (" + number(l.output.channels) + ", " + number(l.output.height) + ", " +
         number(l.output.width) + "))";
}

// The layers' words, with commas but at the parentheses of blocks.
template <class WordOf>
std::string list_of(const std::vector<LayerSpec>& layers, WordOf word_of) {
  std::string text;
  bool first = true;
  for (const auto& layer : layers) {
    if (!first && layer.kind != LayerKind::join) text += ", ";
    text += word_of(layer);
    first = layer.kind == LayerKind::skip;
  }
  return text;
}

}  // namespace

std::string text_of(const LayerSpec& l) {
  switch (l.kind) {
    case LayerKind::dense:
      return "dense " + std::to_string(l.output.size());
    case LayerKind::conv:
      if (is_step_wise(l)) return "steps " + std::to_string(l.output.channels);
      return "conv " + std::to_string(l.output.channels) + kernel_words(l);
    case LayerKind::transposed_conv: {
      std::string text = "tconv " + std::to_string(l.output.channels) + kernel_words(l);
      if (l.output_padding_height == l.output_padding_width)
        return text + " o" + std::to_string(l.output_padding_height);
      return text + " o" + std::to_string(l.output_padding_height) + "x" + std::to_string(l.output_padding_width);
    }
    case LayerKind::batch_norm:
      return "batchnorm";
    case LayerKind::relu:
      return "relu";
    case LayerKind::leaky_relu:
      return "leakyrelu " + format_number(l.negative_slope, 7);
    case LayerKind::sigmoid:
      return "sigmoid";
    case LayerKind::tanh:
      return "tanh";
    case LayerKind::flatten:
      return "flatten";
    case LayerKind::max_pool:
      return "maxpool" + kernel_words(l);
    case LayerKind::avg_pool:
      return "avgpool" + kernel_words(l);
    case LayerKind::upsample:
      return "upsample " + std::to_string(l.stride);
    case LayerKind::skip:
      return "residual(";
    case LayerKind::join:
      return ")";
    case LayerKind::dropout:
      return "dropout " + format_number(l.probability, 7);
    case LayerKind::sample:
      return "sample";
    case LayerKind::lstm:
      return "lstm " + std::to_string(l.output.channels);
    case LayerKind::gru:
      return "gru " + std::to_string(l.output.channels);
    case LayerKind::last:
      return "last";
    case LayerKind::repeat:
      return "repeat " + std::to_string(l.output.width);
    case LayerKind::reshape:
      break;
  }
  return "reshape " + std::to_string(l.output.channels) + "x" + std::to_string(l.output.height) + "x" +
         std::to_string(l.output.width);
}

std::string text_of(const std::vector<LayerSpec>& layers) {
  return list_of(layers, [](const LayerSpec& layer) { return text_of(layer); });
}

std::string torch_expression(const std::vector<LayerSpec>& layers) {
  return "nn.Sequential(" + list_of(layers, torch_of) + ")";
}

std::size_t join_of(const std::vector<LayerSpec>& layers, std::size_t begin) {
  std::size_t open = 0, at = begin;
  for (;; ++at) {
    if (layers[at].kind == LayerKind::skip) ++open;
    if (layers[at].kind == LayerKind::join && --open == 0) return at;
  }
}

Index parameter_count(const LayerSpec& l) {
  switch (l.kind) {
    case LayerKind::dense:
      return (l.input.size() + 1) * l.output.size();
    case LayerKind::conv:
    case LayerKind::transposed_conv:
      return l.input.channels * l.output.channels * l.kernel * l.kernel + l.output.channels;
    case LayerKind::batch_norm:
      return 2 * l.input.channels;
    case LayerKind::lstm:
    case LayerKind::gru:
      return gate_count(l.kind) * l.output.channels * (l.input.channels + l.output.channels + 2);
    default:
      return 0;
  }
}

double multiply_adds(const LayerSpec& l) {
  const auto taps = static_cast<double>(l.kernel * l.kernel);
  switch (l.kind) {
    case LayerKind::dense:
      return static_cast<double>(l.input.size()) * static_cast<double>(l.output.size());
    case LayerKind::conv:
      return static_cast<double>(l.output.size() * l.input.channels) * taps;
    case LayerKind::transposed_conv:
      return static_cast<double>(l.input.size() * l.output.channels) * taps;
    case LayerKind::lstm:
    case LayerKind::gru:
      return static_cast<double>(gate_count(l.kind) * l.output.size() * (l.input.channels + l.output.channels));
    default:
      return 0;
  }
}

}  // namespace shoal
