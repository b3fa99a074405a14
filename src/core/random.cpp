#include "shoal/core/random.hpp"

#include <cmath>
#include <numbers>

namespace shoal {

__extension__ using Wide = unsigned __int128;

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * c[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(b >> 32) ^ c[1] ^ key[0], static_cast<std::uint32_t>(b),
         static_cast<std::uint32_t>(a >> 32) ^ c[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return c;
}

std::uint32_t Random::bits() {
  if (left_ == 0) {
    block_ =
        philox4x32({draw_++, stream_, static_cast<std::uint32_t>(index_), static_cast<std::uint32_t>(index_ >> 32)},
                   {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)});
    left_ = 4;
  }
  return block_[static_cast<std::size_t>(4 - left_--)];
}

double Random::uniform() {
  const std::uint64_t high = bits() >> 5, low = bits() >> 6;  // 27 + 26 = 53 bits
  return static_cast<double>(high << 26 | low) * 0x1.0p-53;
}

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

Index Random::below(Index n) {
  const auto range = static_cast<std::uint64_t>(n);
  for (;;) {
    const std::uint64_t word = std::uint64_t{bits()} << 32 | bits();
    const auto product = Wide{word} * range;
    const auto low = static_cast<std::uint64_t>(product);
    // Below 2^64 mod n, which is less than n and takes a division, first values would be likelier.
    if (low >= range || low >= (0 - range) % range) return static_cast<Index>(product >> 64);
  }
}

}  // namespace shoal
