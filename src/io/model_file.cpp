#include "shoal/io/model_file.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/io/result_file.hpp"
#include "shoal/nn/grammar.hpp"

namespace shoal {
namespace {

std::vector<Index> shape_numbers(const Shape& s) {
  return {s.channels, s.height, s.width};
}

ElementType type_named(const std::string& name, const std::string& path) {
  for (const auto type : {ElementType::uint8, ElementType::uint16, ElementType::int16, ElementType::int32,
                          ElementType::int64, ElementType::float32, ElementType::float64})
    if (name_of(type) == name) return type;
  throw input_error(path + ": /model says its input was of type \"" + name + "\", which does not exist");
}

std::vector<LayerSpec> layers_of(const ResultFile& file, const char* part, const Shape& input) {
  try {
    return parse_layers(file.text_attribute("/model", part), input);
  } catch (const Error& wrong) {
    throw input_error(file.path() + ": /model's " + part + " cannot be: " + wrong.what(),
                      "the file was changed, or damaged; train again");
  }
}

// All of them before any memory is taken: a damaged file may describe a network of any size.
void require_tensors(const ResultFile& file, const Network& network) {
  for (const auto& tensor : network.tensors())
    if (const std::string name = "/model/" + tensor.name; file.dims(name) != tensor.shape)
      throw input_error(file.path() + ": " + name + " is " + shape_text(file.dims(name)) +
                            ", but the layers in /model's attributes " + "ask for " + shape_text(tensor.shape),
                        "the file was changed, or damaged; train again");
}

}  // namespace

void write_model(OutputFile& file, const Model& model) {
  const Architecture& a = model.network.architecture();
  for (const auto& tensor : model.network.tensors()) {
    const auto& all = tensor.is_state ? model.numbers.state : model.numbers.parameters;
    const auto values = std::span<const float>(all).subspan(static_cast<std::size_t>(tensor.offset),
                                                            static_cast<std::size_t>(tensor.size));
    file.write("/model/" + tensor.name, values, tensor.shape);
  }
  file.write("/model/input_offset", model.format.offset, {a.input.channels});
  file.describe("/model/input_offset", "units of the data",
                "x' = (x - input_offset[c]) * input_scale[c] is what the network sees");
  file.write("/model/input_scale", model.format.scale, {a.input.channels});
  file.describe("/model/input_scale", "1 / units of the data", "see input_offset");
  file.label_dimensions("/model/input_offset", {"channel"});
  file.label_dimensions("/model/input_scale", {"channel"});
  file.attribute("/model", "description", "a trained autoencoder; tensors have PyTorch's names and shapes");
  file.attribute("/model", "encoder", text_of(a.encoder));
  file.attribute("/model", "decoder", text_of(a.decoder));
  file.attribute("/model", "torch_encoder", torch_expression(a.encoder));
  file.attribute("/model", "torch_decoder", torch_expression(a.decoder));
  const auto shape = shape_numbers(a.input);
  file.attribute("/model", "input_shape", std::vector<std::int64_t>(shape.begin(), shape.end()));
  file.attribute("/model", "input_channels_last", std::int64_t{model.format.channels_last});
  file.attribute("/model", "input_type", name_of(model.input_type));
  file.attribute("/model", "scaling", model.scaling);
  file.attribute("/model", "code_size", std::int64_t{a.code_size()});
  file.attribute("/model", "parameter_count", std::int64_t{a.parameter_count()});
}

Model read_model(const std::string& path) {
  const ResultFile file(path);
  if (!file.has("/model"))
    throw input_error(path + " has no group /model", "give the output of `shoal train` or `shoal pipeline`");
  const auto shape = file.numbers_attribute("/model", "input_shape");
  if (shape.size() != 3)
    throw input_error(path + ": /model's input_shape has " + std::to_string(shape.size()) + " numbers, not 3",
                      "the file was changed, or damaged; train again");
  const auto size_at = [&](std::size_t i) {
    if (!(shape[i] >= 1 && shape[i] <= 1e6))
      throw input_error(
          path + ": /model's input_shape is not a shape: " + format_number(shape[i]) + " is not from 1 to 1e6",
          "the file was changed, or damaged; train again");
    return static_cast<Index>(shape[i]);
  };
  Architecture architecture{{size_at(0), size_at(1), size_at(2)}, {}, {}};
  architecture.encoder = layers_of(file, "encoder", architecture.input);
  architecture.decoder = layers_of(file, "decoder", architecture.encoder.back().output);
  if (const Shape& output = architecture.decoder.back().output; output != architecture.input)
    throw input_error(
        path + ": /model's decoder ends in " + output.text() + ", but its input_shape is " + architecture.input.text(),
        "the file was changed, or damaged; train again");

  Model model{Network(architecture),
              {},
              {},
              type_named(file.text_attribute("/model", "input_type"), path),
              file.text_attribute("/model", "scaling")};
  require_tensors(file, model.network);
  model.numbers.parameters.resize(static_cast<std::size_t>(model.network.parameter_count()));
  model.numbers.state.resize(static_cast<std::size_t>(model.network.state_count()));
  for (const auto& tensor : model.network.tensors()) {
    const std::string name = "/model/" + tensor.name;
    const auto values = file.floats(name);
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); }))
      throw input_error(path + ": " + name + " contains numbers that are not finite",
                        "the file is damaged; train again");
    auto& all = tensor.is_state ? model.numbers.state : model.numbers.parameters;
    std::copy(values.begin(), values.end(), all.begin() + tensor.offset);
  }
  model.format = {architecture.input, file.integer_attribute("/model", "input_channels_last") != 0,
                  file.doubles("/model/input_offset"), file.doubles("/model/input_scale")};
  if (static_cast<Index>(model.format.offset.size()) != architecture.input.channels ||
      model.format.scale.size() != model.format.offset.size())
    throw input_error(path + ": /model's input_offset and input_scale do not have one number a channel");
  return model;
}

}  // namespace shoal
