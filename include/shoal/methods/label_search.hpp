#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "shoal/math/center_digits.hpp"
#include "shoal/math/center_tiles.hpp"
#include "shoal/math/nearest_center.hpp"
#include "shoal/methods/kmeans_rows.hpp"
#include "shoal/methods/row_pieces.hpp"

namespace shoal {

/// Row `row` of `piece`, my row number `mine`, changes its label.
struct LabelChange {
  const RowView& piece;
  Index row, mine;
  std::int32_t from, to;  ///< from -1: it had none
};
using OnLabelChange = std::function<void(const LabelChange&)>;

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

/// Compares rows with all centres: by tiles of bytes where these pay, in float, and with a second look, each where the
/// one before could not tell the two nearest apart.
class FullSearch {
 public:
  FullSearch(const KMeansRows& rows, const MatrixD& centers);

  /// labels[i] = argmin_c squared_distance of row i of the piece, the lowest among equals; the piece begins with my row
  /// `first`. `labels` becomes a batch longer than the piece.
  void find(const RowView& piece, Index first, std::vector<std::int32_t>& labels);

 private:
  void find_by_digits(const RowView& piece, Index first, std::vector<std::int32_t>& labels);
  void find_in_float(const RowView& piece, Index first, std::vector<std::int32_t>& labels);
  void look_in_float(const RowView& piece, Index first, std::vector<std::int32_t>& labels);
  template <class Centers>
  void keep(const Centers& centers, const NearestTwo (&best)[2], const RowView& piece, Index first, Index i,
            std::vector<std::int32_t>& labels);

  const KMeansRows& rows_;
  CenterTiles tiles_;
  std::optional<CenterDigits> digits_;
  SecondLook second_look_;
  AlignedVector<Lanes> group_;  // a batch in lanes
  std::vector<Index> uncertain_;
  std::vector<std::int32_t> settled_;
};

/// Gives every one of my rows its nearest centre by comparing it with all k of them: 2 n k d operations. Local.
/// labels (my rows) hold the present labels, or -1, and get the new ones; every change is told. The labels are those of
/// double arithmetic (NearestCenter), found in float where that is certain.
void search_all(const KMeansRows& rows, const MatrixD& centers, std::vector<std::int32_t>& labels,
                const OnLabelChange& on_change);

}  // namespace shoal
