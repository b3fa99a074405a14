#pragma once
#include <string>
#include <vector>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/nn/layer_spec.hpp"

namespace shoal {

/// One layer's words, and the error that says where they stand: "3", in a block "3.1".
struct Words {
  std::vector<std::string> words;
  std::string place;

  [[noreturn]] void fail(const std::string& why, const std::string& hint = "") const {
    throw option_error("layer " + place + " (\"" + join(words, " ") + "\"): " + why, hint);
  }
};

/// One layer for inputs of shape `input`, from its words alone. Option error, see parse_layers.
LayerSpec parse_layer(const Words& w, const Shape& input);

}  // namespace shoal
