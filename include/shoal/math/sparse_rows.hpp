#pragma once
#include <cstdint>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// Some rows of a sparse symmetric matrix (n, n) without a diagonal, row by row. Each row is filled up to whole lane
/// groups by entries of value 0 in its own column, so that 16 entries can be looked at side by side.
struct SparseRows {
  Index first_row = 0;                ///< the global number of the first row
  std::vector<Index> begins{0};       ///< (rows + 1): row i has the entries [begins[i], begins[i + 1])
  std::vector<std::int32_t> columns;  ///< global numbers, ascending in each row but for the filling
  std::vector<float> values;

  Index rows() const { return static_cast<Index>(begins.size()) - 1; }
};

}  // namespace shoal
