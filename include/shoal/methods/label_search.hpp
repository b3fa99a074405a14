#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "shoal/math/center_digits.hpp"
#include "shoal/math/center_tiles.hpp"
#include "shoal/math/compact_rows.hpp"
#include "shoal/math/nearest_center.hpp"
#include "shoal/methods/kmeans_rows.hpp"
#include "shoal/methods/row_pieces.hpp"

namespace shoal {

/// Rows of `piece`, which begins with my row `first`, change their labels; from -1: they had none.
using OnLabelChanges = std::function<void(const RowView& piece, Index first, std::span<const RowMove> changes)>;

/// Rows whose two best scores are closer than floats can tell are looked at again: by differences in float, whose error
/// shrinks with the distance, and where that does not settle it either, in double.
class SecondLook {
 public:
  explicit SecondLook(const MatrixD& centers) : centers_(centers) {}

  /// labels[i] of row which[i] of the piece: argmin_c squared_distance, the lowest among equals.
  void find(const RowView& piece, const std::vector<Index>& which, std::vector<std::int32_t>& labels);

 private:
  const MatrixD& centers_;
  std::unique_ptr<NearestCenter> nearest_;  // made when the first such row turns up
  std::vector<float> floats_;
};

/// Compares rows with all centres: by their compact copy or by tiles of bytes where these pay, in float, and with a
/// second look, each where the one before could not tell the two nearest apart.
class FullSearch {
 public:
  /// `compact`: a copy of all of my rows, if there is one. References are kept.
  FullSearch(const KMeansRows& rows, const MatrixD& centers, const CompactRows* compact = nullptr);

  /// labels[i] = argmin_c squared_distance of row i of the piece, the lowest among equals; the piece begins with my row
  /// `first`. `labels` becomes a batch longer than the piece.
  void find(const RowView& piece, Index first, std::vector<std::int32_t>& labels);

  /// Rows so far that had to be looked at in float, because a coarser look did not settle them.
  Index looked_at() const { return looked_at_; }

 private:
  void find_compact(const RowView& piece, Index first, std::vector<std::int32_t>& labels);
  void find_by_digits(const RowView& piece, Index first, std::vector<std::int32_t>& labels);
  void find_in_float(const RowView& piece, Index first, std::vector<std::int32_t>& labels);
  void look_in_float(const RowView& piece, Index first, std::vector<std::int32_t>& labels);
  template <class Centers>
  void keep(const Centers& centers, const NearestTwo (&best)[2], const RowView& piece, Index first, Index i,
            std::vector<std::int32_t>& labels);

  const KMeansRows& rows_;
  CenterTiles tiles_;
  std::optional<CompactCenters> compact_;
  std::optional<CenterDigits> digits_;
  SecondLook second_look_;
  AlignedVector<Lanes> group_;  // a batch in lanes
  std::vector<Index> uncertain_;
  std::vector<std::int32_t> settled_;
  Index looked_at_ = 0;
};

/// Gives every one of my rows its nearest centre by comparing it with all k of them: 2 n k d operations. Local.
/// labels (my rows) hold the present labels, or -1, and get the new ones; every change is told. The labels are those of
/// double arithmetic (NearestCenter), found in float or by the `compact` copy of my rows where that is certain. Returns
/// FullSearch::looked_at.
Index search_all(const KMeansRows& rows, const MatrixD& centers, std::vector<std::int32_t>& labels,
                 const OnLabelChanges& on_changes, const CompactRows* compact = nullptr);

}  // namespace shoal
