#include "shoal/report/picture.hpp"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace shoal {
namespace {

std::uint8_t brightness(double value, const Window& window) {
  const double range = window.high > window.low ? window.high - window.low : 1;
  return static_cast<std::uint8_t>(std::lround(std::clamp((value - window.low) / range, 0.0, 1.0) * 255));
}

// A dark curve on white: between neighbours the column is filled from one to the other, so that it has no gaps.
Picture curve_of(std::span<const float> values, const Shape& shape, bool channels_last, const Window& window) {
  constexpr Index width = 64, height = 32;
  Picture picture{width, height, 1, std::vector<std::uint8_t>(width * height, 255)};
  const Index n = shape.pixels() > 1 ? shape.pixels() : shape.channels;
  const Index step = shape.pixels() > 1 && channels_last ? shape.channels : 1;
  Index before = -1;
  for (Index x = 0; x < width; ++x) {
    const Index at = x * (n - 1) / (width - 1) * step;
    const Index y = (255 - brightness(values[static_cast<std::size_t>(at)], window)) * (height - 1) / 255;
    if (before < 0) before = y;
    for (Index fill = std::min(before, y); fill <= std::max(before, y); ++fill)
      picture.pixels[static_cast<std::size_t>(fill * width + x)] = 40;
    before = y;
  }
  return picture;
}

}  // namespace

Picture picture_of(std::span<const float> values, const Shape& shape, bool channels_last, const Window& window) {
  if (shape.pixels() == 1 || shape.is_sequence()) return curve_of(values, shape, channels_last, window);
  Picture picture{shape.width, shape.height, shape.channels >= 3 ? 3 : 1, {}};
  picture.pixels.reserve(static_cast<std::size_t>(shape.pixels() * picture.channels));
  for (Index pixel = 0; pixel < shape.pixels(); ++pixel)
    for (Index c = 0; c < picture.channels; ++c) {
      const Index at = channels_last ? pixel * shape.channels + c : c * shape.pixels() + pixel;
      picture.pixels.push_back(brightness(values[static_cast<std::size_t>(at)], window));
    }
  return picture;
}

Picture shrunk(const Picture& picture, Index side) {
  const Index longer = std::max(picture.width, picture.height);
  if (longer <= side) return picture;
  Picture small{std::max<Index>(1, picture.width * side / longer),
                std::max<Index>(1, picture.height * side / longer),
                picture.channels,
                {}};
  small.pixels.reserve(static_cast<std::size_t>(small.width * small.height * small.channels));
  // The mean over the covered area, with pixels at its border in part.
  const auto weight = [](Index i, double begin, double end) {
    return std::min(end, static_cast<double>(i + 1)) - std::max(begin, static_cast<double>(i));
  };
  const double across = static_cast<double>(picture.width) / static_cast<double>(small.width);
  const double down = static_cast<double>(picture.height) / static_cast<double>(small.height);
  for (Index y = 0; y < small.height; ++y)
    for (Index x = 0; x < small.width; ++x)
      for (Index c = 0; c < small.channels; ++c) {
        const double top = static_cast<double>(y) * down, left = static_cast<double>(x) * across;
        double sum = 0, area = 0;
        for (auto i = static_cast<Index>(top); i < picture.height && static_cast<double>(i) < top + down - 1e-9; ++i)
          for (auto j = static_cast<Index>(left); j < picture.width && static_cast<double>(j) < left + across - 1e-9;
               ++j) {
            const double part = weight(i, top, top + down) * weight(j, left, left + across);
            sum += part * picture.pixels[static_cast<std::size_t>((i * picture.width + j) * picture.channels + c)];
            area += part;
          }
        small.pixels.push_back(static_cast<std::uint8_t>(std::lround(sum / area)));
      }
  return small;
}

Picture atlas_of(const std::vector<Picture>& pictures, Index side, Index columns) {
  if (pictures.empty()) return {};
  const Index count = static_cast<Index>(pictures.size()), channels = pictures.front().channels;
  const Index rows = (count + columns - 1) / columns;
  Picture atlas{side * columns, side * rows, channels,
                std::vector<std::uint8_t>(static_cast<std::size_t>(side * columns * side * rows * channels))};
  for (Index i = 0; i < count; ++i) {
    const Picture& picture = pictures[static_cast<std::size_t>(i)];
    for (Index y = 0; y < picture.height; ++y)
      std::copy_n(picture.pixels.begin() + y * picture.width * channels, picture.width * channels,
                  atlas.pixels.begin() + ((i / columns * side + y) * atlas.width + i % columns * side) * channels);
  }
  return atlas;
}

std::string png_of(const Picture& picture) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = picture.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string file(bytes, '\0');
  if (png_image_write_to_memory(&image, file.data(), &bytes, 0, picture.pixels.data(), 0, nullptr) == 0)
    throw std::runtime_error(std::string("cannot make a PNG: ") + image.message);
  file.resize(bytes);
  return file;
}

std::string base64_of(std::span<const std::byte> bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t three = 0;
    for (std::size_t j = 0; j < 3; ++j)
      three = three << 8 | (j < left ? std::to_integer<std::uint32_t>(bytes[i + j]) : 0);
    for (std::size_t j = 0; j < 4; ++j) text += j <= left ? digits[three >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

}  // namespace shoal
