#pragma once
#include <bit>
#include <cstdint>

#include "shoal/core/lanes.hpp"

namespace shoal {

/// Sums of floats that come out the same in whatever order, and in whatever parts, the terms are added: a view of
/// doubles that all started at 1.5 * 2^k, far above the sums of their terms.
///
/// Adding a term to such a double rounds the term to the nearest multiple of the quantum 2^(k - 52), and nothing else:
/// the sum itself is exact as long as it stays within 2^(k - 1) of its start. A term's last bit (of a double) is set
/// first, so that it never lies half-way between two multiples, where the rounding would depend on the sum. After
/// Demmel, Nguyen 2015, "Parallel reproducible summation", doi 10.1109/TC.2014.2345391, with one bin whose place the
/// caller chooses.
class OrderFreeSums {
 public:
  /// The largest |term| so far, as the bits of floats, in sixteen parts: it tells the caller afterwards whether k was
  /// high enough. A NaN is larger than everything.
  using Largest = std::uint32_t __attribute__((vector_size(64)));

  OrderFreeSums(double* sums, Index count, Largest* largest) : sums_(sums), count_(count), largest_(largest) {}

  Index count() const { return count_; }

  /// The sums [begin, begin + count).
  OrderFreeSums part(Index begin, Index count) const { return {sums_ + begin, count, largest_}; }

  /// Adds terms[i] to sum i, for all of them.
  void add(const float* terms) const {
    Index i = 0;
    for (; i + lane_count <= count_; i += lane_count) {
      Lanes lanes;
      __builtin_memcpy(&lanes, terms + i, sizeof lanes);
      add_lanes(i, lanes);
    }
    for (; i < count_; ++i) {
      const std::uint32_t bits = std::bit_cast<std::uint32_t>(terms[i]) & 0x7fffffffu;
      if (bits > (*largest_)[0]) (*largest_)[0] = bits;
      sums_[i] += std::bit_cast<double>(std::bit_cast<std::uint64_t>(static_cast<double>(terms[i])) | 1u);
    }
  }

  /// Adds terms[l] to sum i + l.
  void add_lanes(Index i, const Lanes& terms) const {
    const Largest bits = reinterpret_cast<Largest>(terms) & 0x7fffffffu;
    *largest_ = *largest_ > bits ? *largest_ : bits;
    add_eight(sums_ + i, __builtin_shufflevector(terms, terms, 0, 1, 2, 3, 4, 5, 6, 7));
    add_eight(sums_ + i + 8, __builtin_shufflevector(terms, terms, 8, 9, 10, 11, 12, 13, 14, 15));
  }

 private:
  using Eight = float __attribute__((vector_size(32)));
  using Doubles = double __attribute__((vector_size(64)));
  using DoubleBits = std::uint64_t __attribute__((vector_size(64)));

  static void add_eight(double* sums, const Eight& terms) {
    const auto odd = reinterpret_cast<DoubleBits>(__builtin_convertvector(terms, Doubles)) | 1u;
    Doubles sum;
    __builtin_memcpy(&sum, sums, sizeof sum);
    sum += reinterpret_cast<Doubles>(odd);
    __builtin_memcpy(sums, &sum, sizeof sum);
  }

  double* sums_;
  Index count_;
  Largest* largest_;
};

}  // namespace shoal
