#pragma once
#include <span>

#include "shoal/math/repulsion.hpp"
#include "shoal/math/sparse_rows.hpp"

namespace shoal {

/// f_i = sum_j p_ij q_ij (y_i - y_j) of the rows i of `affinities`, q = 1 / (1 + |y_i - y_j|^2). x, y (rows), out.
/// points: all n. A row's bits depend on it and on `points` alone.
void attraction(const SparseRows& affinities, const Points& points, std::span<float> x, std::span<float> y);

/// sum_j p_ij log(1 + |y_i - y_j|^2) of each row i; terms (rows), out.
void affinity_log_distances(const SparseRows& affinities, const Points& points, std::span<double> terms);

}  // namespace shoal
