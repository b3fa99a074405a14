#pragma once
#include <span>
#include <vector>

#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// A vector of sums that do not depend on the order or grouping of their terms, hence not on the number of ranks.
///
/// Fixed point: a term x is cut into `levels` integers of 42 bits each, the first with quantum 2^(bound - 42),
/// each next one finer by 2^42; what lies below the last quantum is dropped, the same wherever x is added. The
/// integers are added in 64 bits, which is exact in any order as long as the sum stays below 2^(bound + 20) (carries
/// between the levels are settled in time, so the number of terms does not matter), and one integer allreduce finishes
/// the sum over ranks. Resolution: 2^(bound - 42 levels).
///
/// A term that is NaN, infinite or not below 2^bound in magnitude makes all sums NaN: the caller sees a numerical
/// failure on every rank instead of a wrong number.
class ExactSum {
 public:
  /// `size` sums of terms with |term| < 2^bound_exponent.
  explicit ExactSum(Index size, int bound_exponent, int levels = 2);

  Index size() const { return size_; }

  /// Back to zero, keeping the memory.
  void clear();

  /// Adds values[i] to sum offset + i. Local.
  void add(std::span<const float> values, Index offset = 0);
  void add(std::span<const double> values, Index offset = 0);

  /// Adds up the ranks' sums: afterwards all ranks hold the same. Collective; call it once between clear()s.
  void reduce(const Communicator& comm);

  /// The sums so far over all ranks, as whole numbers that `restore` takes back on one of them; this stays as it is.
  /// Collective.
  std::vector<std::int64_t> saved(const Communicator& comm) const;
  void restore(std::span<const std::int64_t> saved);

  /// Sum i, rounded to double.
  double operator[](Index i) const;

  /// All sums, rounded to double.
  std::vector<double> values() const;

 private:
  template <class T>
  void add_terms(std::span<const T> values, Index offset);

  void settle_carries();

  static constexpr int level_bits = 42, headroom_bits = 20;
  static constexpr Index most_additions = Index{1} << headroom_bits;
  Index size_;
  int levels_;
  double limit_;
  double quantum_;
  Index additions_ = 0;              // since the carries were last settled: each adds less than 2^42 to a word
  std::vector<std::int64_t> words_;  // level by level, then the number of unusable terms
};

/// The exact sum over ranks of one number each; |value| < 2^84, resolution 2^-84. Collective.
double exact_sum(const Communicator& comm, double value);

/// The exponent e with |value| < 2^e, for ExactSum's bound; 0 for 0.
int bound_exponent_of(double value);

}  // namespace shoal
