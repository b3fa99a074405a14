#pragma once
#include <array>
#include <cstdint>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// What random numbers are for. Each purpose is a stream of its own, so that no two uses share numbers.
enum class Stream : std::uint32_t {
  weights = 1,
  held_out = 2,
  batch_order = 3,
  kmeans_start = 4,
  dropout = 5,
  input_noise = 6,
  augmentation = 7,
  sampling = 8,
  eigenvectors = 20,
  silhouette_sample = 30,
  gap_reference = 31,
  map_start = 12,
  quality_sample = 13,
  neighbor_sample = 14,
  test = 100,
};

/// Random numbers as a pure function of (seed, stream, index, draw): the same on every rank and for any number of
/// ranks.
///
/// The generator is Philox-4x32-10 (Salmon, Moraes, Dror, Shaw 2011, doi:10.1145/2063384.2063405) with the seed as
/// key and (draw, stream, index) as counter. `index` is a global number: a row, a layer, an epoch, never a rank.
class Random {
 public:
  Random(std::uint64_t seed, Stream stream, std::uint64_t index = 0)
      : seed_(seed), stream_(static_cast<std::uint32_t>(stream)), index_(index) {}

  /// The next 32 uniform bits.
  std::uint32_t bits();

  /// Uniform in [0, 1) with 53 random bits.
  double uniform();

  /// Standard normal, by the Box-Muller transform.
  double normal();

  /// Uniform in {0, ..., n - 1}; n >= 1. Unbiased (Lemire 2019, doi:10.1145/3230636, by rejection).
  Index below(Index n);

 private:
  std::uint64_t seed_;
  std::uint32_t stream_;
  std::uint64_t index_;
  std::uint32_t draw_ = 0;
  int left_ = 0;
  std::array<std::uint32_t, 4> block_{};
};

/// One block of Philox-4x32-10: four words from a counter and a key. Public for its known-answer tests.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

}  // namespace shoal
