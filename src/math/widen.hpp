#pragma once
#include <cstdint>

#include "shoal/core/matrix.hpp"

namespace shoal {

// Kept out of line: g++ 12 converts a plain loop over arrays in whole vectors, but takes it apart, element by element,
// where it can unroll it into code around.
template <class From, class To>
[[gnu::noinline]] void widen(const From* __restrict x, Index n, To* __restrict y) {
  for (Index i = 0; i < n; ++i) y[i] = static_cast<To>(x[i]);
}

}  // namespace shoal
