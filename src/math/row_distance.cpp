#include "shoal/math/row_distance.hpp"

#include <cstring>

namespace shoal {

double squared_distance(const float* x, const float* y, Index d) {
  using Doubles = double __attribute__((vector_size(64)));
  using Floats = float __attribute__((vector_size(32)));
  Doubles even{}, odd{};
  const auto difference = [&](Index j) {
    Floats a, b;
    std::memcpy(&a, x + j, sizeof a);
    std::memcpy(&b, y + j, sizeof b);
    return __builtin_convertvector(a, Doubles) - __builtin_convertvector(b, Doubles);
  };
  Index j = 0;
  for (; j + 16 <= d; j += 16) {
    const Doubles a = difference(j), b = difference(j + 8);
    even += a * a;
    odd += b * b;
  }
  if (j + 8 <= d) {
    const Doubles a = difference(j);
    even += a * a;
    j += 8;
  }
  double rest = 0;
  for (; j < d; ++j) {
    const double a = static_cast<double>(x[j]) - static_cast<double>(y[j]);
    rest += a * a;
  }
  const Doubles s = even + odd;
  return (((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))) + rest;
}

}  // namespace shoal
