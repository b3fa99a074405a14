#pragma once
#include <vector>

#include "shoal/core/row_source.hpp"

namespace shoal {

/// A source's rows in pieces that stay in cache, as bytes or floats (other types become floats).
class RowPieces {
 public:
  explicit RowPieces(const RowSource& source);

  /// How many rows a piece has, a multiple of 32.
  Index piece_rows() const { return piece_rows_; }

  /// Rows [first, first + count), valid until the next call. Local; errors of the source.
  RowView read(Index first, Index count);

 private:
  const RowSource& source_;
  Index piece_rows_;
  std::vector<float> floats_;
};

/// Whether views of the source are its rows themselves, as bytes or floats in memory, so that reading them again costs
/// nothing: not where they come from a file, nor where a view is made of other rows (unit_rows).
bool lies_in_place(const RowSource& source);

}  // namespace shoal
