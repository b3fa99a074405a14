#include "shoal/io/model_file.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/core/error.hpp"
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
    throw input_error(path + ": /model's input_shape has " + std::to_string(shape.size()) + " numbers, not 3");
  const auto size_at = [&](std::size_t i) {
    if (!(shape[i] >= 1 && shape[i] <= 1e6)) throw input_error(path + ": /model's input_shape is not a shape");
    return static_cast<Index>(shape[i]);
  };
  Architecture architecture{{size_at(0), size_at(1), size_at(2)}, {}, {}};
  architecture.encoder = parse_layers(file.text_attribute("/model", "encoder"), architecture.input);
  architecture.decoder = parse_layers(file.text_attribute("/model", "decoder"), architecture.encoder.back().output);

  Model model{Network(architecture),
              {},
              {},
              type_named(file.text_attribute("/model", "input_type"), path),
              file.text_attribute("/model", "scaling")};
  model.numbers.parameters.resize(static_cast<std::size_t>(model.network.parameter_count()));
  model.numbers.state.resize(static_cast<std::size_t>(model.network.state_count()));
  for (const auto& tensor : model.network.tensors()) {
    const std::string name = "/model/" + tensor.name;
    if (file.dims(name) != tensor.shape)
      throw input_error(path + ": " + name + " does not have the shape that the layers in /model's attributes ask for",
                        "the file was changed, or damaged; train again");
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
