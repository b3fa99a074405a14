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

}  // namespace shoal
