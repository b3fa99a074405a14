#pragma once
#include <string>

#include "shoal/io/output_file.hpp"
#include "shoal/nn/network.hpp"
#include "shoal/nn/sample_format.hpp"

namespace shoal {

/// A trained autoencoder as it is kept in a file.
struct Model {
  Network network;
  ModelNumbers numbers;
  SampleFormat format;     ///< of the data it was trained on
  ElementType input_type;  ///< of those data
  std::string scaling;     ///< "unit", "standardize" or "none"
};

/// Writes the group /model: each tensor under PyTorch's name and shape, the layers in the words of the grammar and as
/// PyTorch expressions, the scaling of the input. Collective.
void write_model(OutputFile& file, const Model& model);

/// Reads the group /model of a file that `shoal train` or `shoal pipeline` wrote. Local. Errors: input_error where
/// the file has no model, or one whose tensors do not fit its own description.
Model read_model(const std::string& path);

}  // namespace shoal
