#pragma once
#include <string>

#include "shoal/nn/layer.hpp"

namespace shoal {

/// Noise on the input of a denoising autoencoder, which is to reproduce the input without it: Vincent, Larochelle,
/// Bengio, Manzagol 2008, DOI 10.1145/1390156.1390294.
struct InputNoise {
  enum class Kind { none, gaussian, mask };
  Kind kind = Kind::none;
  double amount = 0;  ///< of gaussian its deviation in scaled units; of mask the probability that a value becomes 0

  bool any() const { return kind != Kind::none; }
  /// How far a value can be moved beyond the largest.
  double reach() const { return kind == Kind::gaussian ? 5.3 * amount : 0; }
};

/// Reads "none", "gaussian:0.1", "mask:0.3". Option error for all else.
InputNoise parse_input_noise(const std::string& text);

/// Adds the noise to 16 samples of `size` values. Value i of a sample goes by word i that it draws from
/// Stream::input_noise (core/lane_random.hpp), anew in each epoch: x + amount normal_lanes(word), or 0 where the word
/// is below amount 2^32.
void add_noise(const InputNoise& noise, const GroupDraws& draws, Index size, Lanes* x);

}  // namespace shoal
