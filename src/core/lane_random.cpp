#include "shoal/core/lane_random.hpp"

#include <cmath>

#include "shoal/core/lane_log.hpp"

namespace shoal {
namespace {

using LongLanes = std::uint64_t __attribute__((vector_size(64)));

// High and low halves of the products of 32-bit numbers. Even and odd lanes are multiplied as 64-bit numbers where they
// lie, as processors have it.
void multiply(const WordLanes& x, std::uint32_t factor, WordLanes& high, WordLanes& low) {
  const auto pairs = reinterpret_cast<LongLanes>(x);
  const LongLanes even = (pairs & 0xFFFFFFFFu) * factor, odd = (pairs >> 32) * factor;
  low = reinterpret_cast<WordLanes>((even & 0xFFFFFFFFu) | (odd << 32));
  high = reinterpret_cast<WordLanes>((even >> 32) | (odd & 0xFFFFFFFF00000000u));
}

template <std::size_t n>
Lanes polynomial(const Lanes& x, const float (&coefficients)[n]) {
  Lanes p{};
  for (const float c : coefficients) p = p * x + c;
  return p;
}

}  // namespace

std::uint32_t drawn_word(std::uint64_t seed, Stream stream, std::uint64_t layer, std::uint64_t epoch, Index row,
                         std::uint64_t element) {
  const auto number = static_cast<std::uint64_t>(row);
  const auto block =
      philox4x32({static_cast<std::uint32_t>(element / 4),
                  static_cast<std::uint32_t>(stream) + static_cast<std::uint32_t>(layer << 8),
                  static_cast<std::uint32_t>(number), static_cast<std::uint32_t>((number >> 32) + (epoch << 12))},
                 {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  return block[element % 4];
}

LaneRandom::LaneRandom(std::uint64_t seed, Stream stream, std::uint64_t layer, std::uint64_t epoch,
                       const std::array<Index, lane_count>& rows)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      purpose_(WordLanes{} + static_cast<std::uint32_t>(stream) + static_cast<std::uint32_t>(layer << 8)),
      rows_low_{},
      rows_high_{} {
  for (std::size_t l = 0; l < rows.size(); ++l) {
    const auto number = static_cast<std::uint64_t>(rows[l]);
    rows_low_[l] = static_cast<std::uint32_t>(number);
    rows_high_[l] = static_cast<std::uint32_t>((number >> 32) + (epoch << 12));
  }
}

std::array<WordLanes, 4> LaneRandom::words(std::uint32_t n) const {
  WordLanes c0 = WordLanes{} + n, c1 = purpose_, c2 = rows_low_, c3 = rows_high_;
  std::uint32_t key0 = key_[0], key1 = key_[1];
  for (int round = 0; round < 10; ++round) {
    WordLanes high0, low0, high2, low2;
    multiply(c0, 0xD2511F53, high0, low0);
    multiply(c2, 0xCD9E8D57, high2, low2);
    c0 = high2 ^ c1 ^ key0;
    c1 = low2;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return {c0, c1, c2, c3};
}

Lanes uniform_lanes(const WordLanes& words) {
  const auto whole = reinterpret_cast<std::int32_t __attribute__((vector_size(64)))>(words >> 8);
  return __builtin_convertvector(whole, Lanes) * 0x1p-24f;
}

Lanes normal_lanes(const WordLanes& words) {
  const auto whole = reinterpret_cast<std::int32_t __attribute__((vector_size(64)))>(words >> 9);
  const Lanes u = (2.0f * __builtin_convertvector(whole, Lanes) + 1.0f) * 0x1p-23f - 1.0f;
  const Lanes w = -log_of_lanes((1.0f - u) * (1.0f + u));
  const Lanes inner =
      polynomial(w - 2.5f, {2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f, 0.00021858087f,
                            -0.00125372503f, -0.00417768164f, 0.246640727f, 1.50140941f});
  Lanes root;
  for (int l = 0; l < lane_count; ++l) root[l] = std::sqrt(w[l]);
  const Lanes outer =
      polynomial(root - 3.0f, {-0.000200214257f, 0.000100950558f, 0.00134934322f, -0.00367342844f, 0.00573950773f,
                               -0.0076224613f, 0.00943887047f, 1.00167406f, 2.83297682f});
  return (w < 5.0f ? inner : outer) * u * 1.41421356f;
}

}  // namespace shoal
