#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shoal/core/matrix.hpp"
#include "shoal/nn/shape.hpp"

namespace shoal {

/// Pixels as a screen shows them: rows from the top, 1 (grey) or 3 (red, green, blue) bytes each.
struct Picture {
  Index width = 0;
  Index height = 0;
  Index channels = 1;
  std::vector<std::uint8_t> pixels;

  bool empty() const { return pixels.empty(); }
};

/// How values become brightness: `low` is black, `high` white, what lies beyond is cut.
struct Window {
  double low = 0;
  double high = 255;
};

/// The picture of one sample. Images of 3 channels or more show the first three as colours, others the first as grey;
/// vectors and sequences are drawn as curves, the first channel from left to right.
/// `values`: (shape.size()), in the order of the file: channel-last where `channels_last`.
Picture picture_of(std::span<const float> values, const Shape& shape, bool channels_last, const Window& window);

/// The picture with its longer side at most `side`; each new pixel is the mean of those it covers. Never enlarged.
Picture shrunk(const Picture& picture, Index side);

/// Pictures of at most side x side in a grid of `columns`, each in the upper left corner of its cell.
Picture atlas_of(const std::vector<Picture>& pictures, Index side, Index columns);

/// The picture as a PNG file.
std::string png_of(const Picture& picture);

/// RFC 4648 base64.
std::string base64_of(std::span<const std::byte> bytes);

}  // namespace shoal
