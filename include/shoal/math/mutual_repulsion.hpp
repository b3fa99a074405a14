#pragma once
#include <cstdint>
#include <span>

#include "shoal/math/repulsion.hpp"

namespace shoal {

/// What the pairs of a map's points do to both of their points (Repulsion), as whole numbers: sums that are exact in
/// any order, hence the same however the pairs are dealt out. Each pair is looked at once, where exact_repulsion looks
/// at it from either end.
///
/// The pairs are taken in tiles: 128 points with each other, or with up to 512 of those before them. Inside a tile terms are
/// added in float, in an order of its own.
class MutualRepulsion {
 public:
  /// points: must stay; no distance above 60,000.
  explicit MutualRepulsion(const Points& points);

  /// Adds what tiles first, first + stride, ... do to the sums (n) of each point, in units of unit(): of its kernel
  /// with all points, itself among them (1), and of the forces. As many calls, or ranks, as the stride deal all out.
  void add(Index first, Index stride, std::span<std::int64_t> kernel, std::span<std::int64_t> x,
           std::span<std::int64_t> y) const;

  /// A power of two, so small that n terms of at most 1 fit into 61 bits.
  double unit() const { return unit_; }

 private:
  const Points& points_;
  double unit_;
};

}  // namespace shoal
