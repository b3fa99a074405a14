#pragma once
#include <bit>
#include <cstdint>

#include "shoal/core/lanes.hpp"

namespace shoal {

/// The natural logarithm of 16 numbers >= 0, to 2 units in the last place; NaN for NaN, below -100 for 0. The C
/// library's takes them one by one, which would cost as much as a layer. With x = m 2^e, sqrt(1/2) <= m < sqrt(2), and
/// the polynomial for log m of Cephes (Moshier 1992, logf.c).
inline Lanes log_of_lanes(const Lanes& x) {
  using Bits = std::int32_t __attribute__((vector_size(64)));
  constexpr float smallest_normal = 0x1p-126f;
  const Lanes normal = x < smallest_normal ? 0x1p24f * x : x;
  const auto bits = std::bit_cast<Bits>(normal);
  const Bits half_to_one = (bits & 0x007fffff) | 0x3f000000;
  const auto fraction = std::bit_cast<Lanes>(half_to_one);  // in [1/2, 1)
  Lanes e = __builtin_convertvector((bits >> 23) - 126, Lanes);
  e = x < smallest_normal ? e - 24.0f : e;
  const auto small = fraction < 0.70710678f;
  e = small ? e - 1.0f : e;
  const Lanes f = (small ? fraction + fraction : fraction) - 1.0f, f2 = f * f;

  Lanes p = broadcast(7.0376836292e-2f);
  for (const float c : {-1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f,
                        2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f})
    p = p * f + c;
  // log 2 in two parts, of which e times the larger one is exact.
  const Lanes tail = p * f * f2 + e * -2.12194440e-4f - 0.5f * f2;
  const Lanes log = (f + tail) + e * 0.693359375f;
  return x == x ? log : x;
}

}  // namespace shoal
