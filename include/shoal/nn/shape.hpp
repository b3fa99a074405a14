#pragma once
#include <string>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// The shape of one sample: (channels, height, width). A vector of d features is (d, 1, 1); a sequence of t steps of c
/// numbers is an image of one row, (c, 1, t).
struct Shape {
  Index channels = 0;
  Index height = 1;
  Index width = 1;

  Index pixels() const { return height * width; }
  Index size() const { return channels * height * width; }
  bool is_sequence() const { return height == 1 && width > 1; }
  bool operator==(const Shape&) const = default;

  /// "3x32x32"; a vector is "784".
  std::string text() const {
    if (pixels() == 1) return std::to_string(channels);
    return std::to_string(channels) + "x" + std::to_string(height) + "x" + std::to_string(width);
  }
};

}  // namespace shoal
