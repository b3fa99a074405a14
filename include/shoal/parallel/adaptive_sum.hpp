#pragma once
#include <span>
#include <vector>

#include "shoal/core/lanes.hpp"
#include "shoal/core/order_free.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// A long vector of sums, needed again and again (the gradient of every step), whose bits depend neither on the order
/// of the terms nor on the number of ranks, at the price of one double a sum.
///
/// The vector is cut into sections (layers). Section s takes terms with |term| < 2^e(s) and keeps them down to
/// 2^(e(s) + L - 51), where 2^L bounds the number of terms: with a thousand terms 41 bits below the bound, where a
/// float has 24. The exponents follow the sums: after each reduction e is set 8 bits above the section's largest sum
/// (going down by one at most). Where a term was too large nevertheless, all ranks learn it in the same reduction,
/// the exponent is raised and the caller adds everything once more.
class AdaptiveSum {
 public:
  /// How a section comes by its sums.
  enum class Terms {
    added,    ///< floats, added by OrderFreeSums::add
    assigned  ///< each rank assigns all of them after clear(), as numbers whose sum over ranks is exact in double
  };

  /// begins: the first sum of each section, and behind the last the number of sums. At most `most_terms` terms a sum,
  /// over all ranks. Terms of 2^highest_exponent and more count as not finite. terms: of each section; none: all added.
  AdaptiveSum(std::vector<Index> begins, Index most_terms, int highest_exponent, std::vector<Terms> terms = {});

  Index size() const { return begins_.back(); }

  /// Back to zero, with the present exponents.
  void clear();

  /// Where to add terms of section `s`.
  OrderFreeSums section(Index s);

  /// What a rank that has nothing for an assigned section assigns.
  void assign_zero(Index s);

  enum class Outcome {
    done,       ///< all ranks hold the same sums
    too_small,  ///< a term was too large for its section: the exponents are raised, everything is to be added again
    not_finite  ///< a term was NaN, infinite, or beyond all sense
  };

  /// Begins to add up the ranks' sums of the sections from `first` on that have not been begun, to which this rank adds
  /// no more, and returns at once: from the last layer downwards, as a backward pass finishes them. They travel while
  /// the rank computes, best when it calls `advance` now and then. Collective: all ranks start the same.
  void start(const Communicator& comm, Index first);
  void advance();

  /// Adds up what has not been started and waits for the rest. Collective; the same outcome on all ranks.
  Outcome reduce(const Communicator& comm);

  /// out[i] = factor * sum i, and sets the exponents for the next sums; after `reduce` was done, before `clear`.
  void take(double factor, std::span<float> out);

  /// The exponents for the next sums, one a section: with the terms, all that the sums' bits depend on.
  const std::vector<int>& exponents() const { return exponents_; }
  void set_exponents(std::vector<int> exponents) { exponents_ = std::move(exponents); }

 private:
  double start_of(std::size_t section) const;
  double* sums_of(std::size_t section) { return values_.data() + notes_ + begins_[section]; }
  void close(Index first, bool travel);
  void raise_exponents(const Communicator& comm);

  std::vector<Index> begins_;
  int terms_exponent_, highest_exponent_;
  std::vector<Terms> terms_;
  std::vector<int> exponents_;
  Index notes_;                   // how many stand before the sums, whole cache lines
  AlignedVector<double> values_;  // for each section the ranks whose terms were too large, then not finite; the sums
  std::vector<std::uint32_t> largest_;  // |term| of each section, as bits
  Index started_ = 0;                   // the first section that has been started
  bool subtracted_ = false;             // the sums no longer stand on their start
  std::vector<MPI_Request> requests_;
};

}  // namespace shoal
