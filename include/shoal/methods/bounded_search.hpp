#pragma once
#include <vector>

#include "shoal/methods/label_search.hpp"

namespace shoal {

/// The same labels as search_all, bit for bit, at a fraction of the work once the centres move little.
///
/// For every row an upper bound of the distance to its own centre and, for every group of neighbouring centres, a lower
/// bound of the distance to all others of the group are kept, and widened by what the centres move. A row whose upper
/// bound is below all lower bounds keeps its label unseen; of the others, only the groups in question are compared, 32
/// rows of the same group at a time. One group: Hamerly 2010, doi:10.1137/1.9781611972801.12; several: Ding et al.
/// 2015, "Yinyang K-means", proceedings.mlr.press/v37/ding15.html. Bounds err on the safe side of all rounding, and
/// what floats cannot tell gets a second look, so that no label can differ.
class BoundedSearch {
 public:
  /// `rows` is kept by reference. The first search compares all rows with all centres.
  explicit BoundedSearch(const KMeansRows& rows);

  /// The groups that k centres are cut into, for rows of so many bytes: each of them is a float a row.
  static Index group_count(Index row_bytes, Index k);

  /// As search_all. `labels` are those that the last search left; before the first, those of any search, or -1.
  void search(const MatrixD& centers, std::vector<std::int32_t>& labels, const OnLabelChanges& on_changes);

 private:
  struct Candidate {
    float best, second, own_second;
    std::int32_t center;
  };
  void form_groups(const MatrixD& centers);
  void widen(const MatrixD& centers, const std::vector<std::int32_t>& labels);
  void find_doubtful(Index first, Index count);
  void tighten(const CenterTiles& tiles, const RowView& piece, Index first, const std::vector<std::int32_t>& labels);
  void scan_groups(const CenterTiles& tiles, const RowView& piece, Index first,
                   const std::vector<std::int32_t>& labels);
  void settle(const CenterTiles& tiles, const MatrixD& centers, SecondLook& second_look, const RowView& piece,
              Index first, std::vector<std::int32_t>& labels, const OnLabelChanges& on_changes);
  float* lower(Index group) { return lower_.data() + group * rows_.source.count; }

  const KMeansRows& rows_;
  RowPieces pieces_;
  std::vector<std::vector<std::int32_t>> groups_;
  std::vector<std::int32_t> group_of_;  // (k)
  MatrixD centers_;                     // of the last search
  AlignedVector<float> upper_;          // (my rows)
  AlignedVector<float> lower_;          // (groups, my rows)
  AlignedVector<Lanes> batch_;
  std::vector<float> least_lower_;  // of the rows of a piece
  std::vector<Index> doubtful_, chosen_, uncertain_;
  std::vector<Candidate> candidates_;  // of the rows of a piece
  std::vector<std::int32_t> settled_;
  std::vector<RowMove> changes_;
};

}  // namespace shoal
