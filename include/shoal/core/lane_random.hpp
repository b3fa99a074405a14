#pragma once
#include <array>
#include <cstdint>

#include "shoal/core/lanes.hpp"
#include "shoal/core/random.hpp"

namespace shoal {

/// 32 random bits of each of 16 samples.
using WordLanes = std::uint32_t __attribute__((vector_size(64)));

/// Word `element` of what a sample draws for one purpose: Philox-4x32-10 with the seed as key and, as counter,
///   { element / 4,  stream + 256 layer,  row mod 2^32,  row / 2^32 + 2^12 epoch },
/// of whose four words it is number element mod 4. Distinct for rows below 2^44, epochs below 2^20, layers below 2^24.
std::uint32_t drawn_word(std::uint64_t seed, Stream stream, std::uint64_t layer, std::uint64_t epoch, Index row,
                         std::uint64_t element);

/// The same for 16 samples side by side: what a sample draws depends on (seed, stream, layer, epoch, its global row),
/// not on its lane, its neighbours or its rank.
class LaneRandom {
 public:
  LaneRandom(std::uint64_t seed, Stream stream, std::uint64_t layer, std::uint64_t epoch,
             const std::array<Index, lane_count>& rows);

  /// Words 4 n to 4 n + 3 of each sample.
  std::array<WordLanes, 4> words(std::uint32_t n) const;

  /// Calls take(i, word i of each sample) for i below `count`.
  template <class Take>
  void for_words(Index count, Take take) const {
    for (Index at = 0; at < count; at += 4) {
      const auto four = words(static_cast<std::uint32_t>(at / 4));
      for (Index i = 0; i < 4 && at + i < count; ++i) take(at + i, four[static_cast<std::size_t>(i)]);
    }
  }

 private:
  std::array<std::uint32_t, 2> key_;
  WordLanes purpose_, rows_low_, rows_high_;
};

/// Uniform in [0, 1): the upper 24 bits.
Lanes uniform_lanes(const WordLanes& words);

/// Standard normal, sqrt(2) erfinv(u) for u = (2 m + 1) / 2^23 - 1 with m the upper 23 bits: |z| is at most 5.3. By the
/// approximation of Giles 2010, "Approximating the erfinv function", within 3e-7 (1 + |z|).
Lanes normal_lanes(const WordLanes& words);

}  // namespace shoal
