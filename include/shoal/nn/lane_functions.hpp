#pragma once
// The squashing functions of recurrent layers for 16 samples at once. NaN stays NaN.
#include <cstdint>

#include "shoal/core/lanes.hpp"

namespace shoal {

/// e^x for x in [-87, 88], within 2 units in the last place. x = n ln 2 + r with |r| <= ln(2) / 2; e^r by the
/// polynomial of Cephes (Moshier 1992, expf), 2^n by the exponent's bits.
inline Lanes exponential(const Lanes& x) {
  using Bits = std::uint32_t __attribute__((vector_size(64)));
  constexpr float to_integer = 0x1.8p23f;  // a float of this size has no fraction: its last bits are n
  const Lanes shifted = x * 1.44269504f + to_integer;
  const Lanes n = shifted - to_integer;
  const Lanes r = x - n * 0.693359375f + n * 2.12194440e-4f;  // ln 2 in two parts, the first times n exact
  Lanes p = 1.9875691500e-4f * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  return reinterpret_cast<Lanes>(reinterpret_cast<Bits>(p) + (reinterpret_cast<Bits>(shifted) << 23));
}

/// 1 / (1 + e^-x), within 4 units in the last place; where it is below 1e-38 it stays there.
inline Lanes logistic(const Lanes& x) {
  Lanes a = x < 0 ? x : -x;
  a = a < -87.0f ? broadcast(-87.0f) : a;
  const Lanes t = exponential(a);
  return (x < 0 ? t : broadcast(1.0f)) / (1.0f + t);
}

/// tanh x, within 4 units in the last place: (1 - t) / (1 + t) with t = e^(-2 |x|), and below 0.625, where that loses
/// digits, the polynomial of Cephes (tanhf).
inline Lanes hyperbolic_tangent(const Lanes& x) {
  Lanes a = x < 0 ? 2.0f * x : -2.0f * x;
  const Lanes z = x * x;
  const auto is_small = a > -1.25f;
  a = a < -87.0f ? broadcast(-87.0f) : a;
  const Lanes t = exponential(a);
  const Lanes large = (1.0f - t) / (1.0f + t);
  Lanes p = -5.70498872745e-3f * z + 2.06390887954e-2f;
  p = p * z - 5.37397155531e-2f;
  p = p * z + 1.33314422036e-1f;
  p = p * z - 3.33332819422e-1f;
  const Lanes small = p * z * x + x;
  return is_small ? small : (x < 0 ? -large : large);
}

}  // namespace shoal
