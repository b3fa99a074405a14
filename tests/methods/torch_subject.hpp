#pragma once
#include <gtest/gtest.h>

#include "reference/torch_formula.hpp"
#include "reference/torch_reference.hpp"
#include "shoal/nn/architecture.hpp"
#include "shoal/nn/network.hpp"
#include "shoal/nn/sample_format.hpp"

namespace shoal {

/// One network with its images and first parameters.
struct Subject {
  Network network;
  RowData images;
  SampleFormat format;
  ModelNumbers start;

  Subject(const std::string& preset, const Shape& shape, std::uint32_t image_stream, Index count, std::uint32_t stream,
          const std::vector<reference::Start>& table)
      : network(make_architecture({.preset = preset, .output_activation = "relu", .code = 8}, shape)),
        images(reference::formula_images(image_stream, count, shape)),
        format{shape, false, std::vector<double>(static_cast<std::size_t>(shape.channels), 0),
               std::vector<double>(static_cast<std::size_t>(shape.channels), 1)},
        start(network.initial_numbers(0)) {
    Index at = 0;
    for (const auto& row : table)
      for (long i = 0; i < row.size; ++i, ++at)
        start.parameters.at(static_cast<std::size_t>(at)) =
            static_cast<float>(row.shift + row.scale * (2 * double{reference::hashed(stream, at)} - 1));
    EXPECT_EQ(at, network.parameter_count());
  }
};

}  // namespace shoal
