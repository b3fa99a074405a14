#include "shoal/nn/augmentation.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "shoal/core/error.hpp"
#include "shoal/core/lane_random.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

// Uniform in {-most, ..., most}; the words are too many for the remainder to matter.
Index offset(std::uint32_t word, Index most) {
  return static_cast<Index>((std::uint64_t{word} * static_cast<std::uint64_t>(2 * most + 1)) >> 32) - most;
}

}  // namespace

Augmentation parse_augmentation(const std::string& text, const Shape& shape) {
  Augmentation augmentation;
  if (text == "none") return augmentation;
  const auto refuse = [&](const std::string& why, const std::string& hint) {
    throw option_error("--augment \"" + text + "\": " + why, hint);
  };
  const std::string hint = "write flip, shift:4, flip,shift:4 or none";
  if (shape.height == 1) refuse("it changes images, but a sample is " + shape.text(), "leave --augment out");
  const auto words = split(text, ',');
  if (words.empty()) refuse("nothing is said", hint);
  for (const auto& word : words) {
    if (word == "flip") {
      augmentation.flip = true;
    } else if (word.starts_with("shift:")) {
      const char *begin = word.data() + 6, *end = word.data() + word.size();
      const auto [stop, error] = std::from_chars(begin, end, augmentation.shift);
      if (error != std::errc{} || stop != end || augmentation.shift < 1)
        refuse("\"" + word + "\" is not understood", hint);
    } else {
      refuse("\"" + word + "\" is not understood", hint);
    }
  }
  const Index least = std::min(shape.height, shape.width);
  if (augmentation.shift >= least)
    refuse("images of " + shape.text() + " would be moved out of sight", "shift by less than " + std::to_string(least));
  return augmentation;
}

void augment(const Augmentation& a, const Shape& shape, const GroupDraws& draws, Index used, Lanes* x) {
  if (!a.any()) return;
  const Index height = shape.height, width = shape.width;
  thread_local std::vector<float> image;  // kept between calls: a step allocates nothing
  image.resize(static_cast<std::size_t>(shape.size()));
  for (Index l = 0; l < used; ++l) {
    const auto word = [&](std::uint64_t element) {
      return drawn_word(draws.seed, Stream::augmentation, 0, draws.epoch, draws.rows[static_cast<std::size_t>(l)],
                        element);
    };
    const bool mirrored = a.flip && word(0) >> 31;
    const Index down = offset(word(1), a.shift), right = offset(word(2), a.shift);
    for (std::size_t i = 0; i < image.size(); ++i) image[i] = x[i][l];
    Index element = 0;
    for (Index c = 0; c < shape.channels; ++c)
      for (Index row = 0; row < height; ++row)
        for (Index column = 0; column < width; ++column, ++element) {
          const Index y = row - down, moved = column - right;
          const bool inside = y >= 0 && y < height && moved >= 0 && moved < width;
          const Index source = mirrored ? width - 1 - moved : moved;
          x[element][l] = inside ? image[static_cast<std::size_t>((c * height + y) * width + source)] : 0.0f;
        }
  }
}

}  // namespace shoal
