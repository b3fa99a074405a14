#pragma once
#include "shoal/math/repulsion.hpp"
#include "shoal/methods/neighbors.hpp"

namespace shoal {

/// Places new rows into a map that was fitted to others, which stays as it is: each where the divergence of its own
/// affinities is least, KL(p_i || q_i), q_ij = w_ij / sum_l w_il over the map's points. It starts at the mean of its
/// neighbours' places, weighted by their affinities, and descends; after Policar, Strazar, Zupan 2021, doi
/// 10.1007/s10994-021-06043-1.
///
/// near: for each new row its nearest among the fitted rows (neighbors_among). map: all fitted points. A row's bits
/// depend on it, the fitted rows and the map alone. Returns (rows, 2). O(iterations rows n) work. Not collective.
Matrix place_points(const Neighbors& near, const Points& map, double perplexity, Index iterations = 100);

}  // namespace shoal
