#pragma once
// Few rows out of a large dataset, on one rank.
#include <functional>
#include <vector>

#include "shoal/io/dataset.hpp"

namespace shoal {

/// Calls `use` with each of `rows` (ascending), as floats (row_elements()). Small datasets and gzipped ones, which have
/// no index, are read in passing; of others the chosen rows alone. Local; input errors.
void for_each_row(const DatasetInfo& info, const std::vector<Index>& rows,
                  const std::function<void(Index row, const std::vector<float>& values)>& use);

/// The chosen rows (in any order, perhaps repeated) in the type of their file. Local; input errors.
RowData read_chosen_rows(const DatasetInfo& info, const std::vector<Index>& rows);

}  // namespace shoal
