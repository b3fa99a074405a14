#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>

#include "shoal/core/matrix.hpp"

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
  /// `largest` keeps the largest |term| so far, as the bits of a float: it tells the caller afterwards whether k was
  /// high enough. A NaN is larger than everything.
  OrderFreeSums(double* sums, Index count, std::uint32_t* largest) : sums_(sums), count_(count), largest_(largest) {}

  Index count() const { return count_; }

  /// The sums [begin, begin + count).
  OrderFreeSums part(Index begin, Index count) const { return {sums_ + begin, count, largest_}; }

  /// For sums that are assigned rather than added to, because they are exact as they come (AdaptiveSum::Terms).
  double* sums() const { return sums_; }
  void note_largest(double magnitude) const {
    *largest_ = std::max(*largest_, std::bit_cast<std::uint32_t>(static_cast<float>(magnitude)) & 0x7fffffffu);
  }

  /// Adds terms[i] to sum i, for all of them. Two plain loops, which compilers turn into full vectors.
  void add(const float* terms) const {
    std::uint32_t largest = *largest_;
    for (Index i = 0; i < count_; ++i)
      largest = std::max(largest, std::bit_cast<std::uint32_t>(terms[i]) & 0x7fffffffu);
    *largest_ = largest;
    double* sums = sums_;
    for (Index i = 0; i < count_; ++i)
      sums[i] += std::bit_cast<double>(std::bit_cast<std::uint64_t>(static_cast<double>(terms[i])) | 1u);
  }

 private:
  double* sums_;
  Index count_;
  std::uint32_t* largest_;
};

}  // namespace shoal
