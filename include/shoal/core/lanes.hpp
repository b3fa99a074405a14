#pragma once
#include <cstddef>
#include <new>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// Samples that are computed side by side: one a lane. 16 floats are one AVX-512 register, or two of AVX2, or four of
/// SSE.
inline constexpr Index lane_count = 16;

/// The same quantity of 16 samples. Arithmetic is element-wise; a scalar operand is broadcast. GCC and Clang vectors.
using Lanes = float __attribute__((vector_size(64)));

inline Lanes broadcast(float value) {
  return value - Lanes{};
}

/// The sum of the 16 lanes, always in the same order (a balanced tree).
inline float sum_of_lanes(const Lanes& v) {
  using Eight = float __attribute__((vector_size(32)));
  using Four = float __attribute__((vector_size(16)));
  const Eight a = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                  __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  const Four b = __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
  return (b[0] + b[2]) + (b[1] + b[3]);
}

/// Allocates on cache-line borders, as vectors of lanes need.
template <class T>
struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t alignment{64};
  CacheLineAllocator() = default;
  template <class U>
  explicit CacheLineAllocator(const CacheLineAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), alignment)); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, alignment); }
  template <class U>
  bool operator==(const CacheLineAllocator<U>&) const {
    return true;
  }
};

/// A buffer whose first element starts a cache line.
template <class T>
using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

}  // namespace shoal
