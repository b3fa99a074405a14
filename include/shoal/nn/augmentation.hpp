#pragma once
#include <string>

#include "shoal/nn/layer.hpp"

namespace shoal {

/// Random changes of training images that leave what they show: mirrored and moved, anew in each epoch. The changed
/// image is also what the network is to reproduce.
struct Augmentation {
  bool flip = false;  ///< mirror left and right with probability 1/2
  Index shift = 0;    ///< move up or down, and left or right, by up to so many pixels, each number equally likely

  bool any() const { return flip || shift > 0; }
};

/// Reads "none" or a list of "flip" and "shift:4". Option error for all else, for samples that are no images, and for
/// shifts as large as the image.
Augmentation parse_augmentation(const std::string& text, const Shape& shape);

/// Changes the first `used` of 16 images. What moves in from beyond the border is 0 in scaled units: black for data
/// scaled to [0, 1], the channel's mean for standardised ones. An image draws words 0 (mirrored if at least 2^31), 1
/// (rows) and 2 (columns) from Stream::augmentation (core/lane_random.hpp).
void augment(const Augmentation& augmentation, const Shape& shape, const GroupDraws& draws, Index used, Lanes* x);

}  // namespace shoal
