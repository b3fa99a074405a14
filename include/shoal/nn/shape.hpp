#pragma once
#include <string>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// The shape of one sample: (channels, height, width). A vector of d features is (d, 1, 1).
struct Shape {
  Index channels = 0;
  Index height = 1;
  Index width = 1;

  Index pixels() const { return height * width; }
  Index size() const { return channels * height * width; }
  bool operator==(const Shape&) const = default;

  /// "3x32x32"; a vector is "784".
  std::string text() const {
    if (pixels() == 1) return std::to_string(channels);
    return std::to_string(channels) + "x" + std::to_string(height) + "x" + std::to_string(width);
  }
};

}  // namespace shoal
