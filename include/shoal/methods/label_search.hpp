#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

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

/// Gives every one of my rows its nearest centre by comparing it with all k of them: 2 n k d operations. Local.
/// labels (my rows) hold the present labels, or -1, and get the new ones; every change is told. The labels are those of
/// double arithmetic (NearestCenter), found in float where that is certain.
void search_all(const KMeansRows& rows, const MatrixD& centers, std::vector<std::int32_t>& labels,
                const OnLabelChange& on_change);

}  // namespace shoal
