#pragma once
#include <cstdint>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// Whole numbers: row-major.
using MatrixI = Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The one-to-one matching of rows with columns whose weights add up to most: maximum over matchings m of
/// sum_i weights(i, m(i)). `weights` (r, c), non-negative. Returns the column of each row; -1 for a row that stays
/// alone, which happens when r > c. min(r, c) rows are matched.
///
/// The Hungarian algorithm with potentials: exact in integers, O(min(r, c)^2 max(r, c)).
/// Kuhn 1955, doi:10.1002/nav.3800020109; this form: Jonker, Volgenant 1987, doi:10.1007/BF02278710.
std::vector<Index> best_matching(const MatrixI& weights);

}  // namespace shoal
