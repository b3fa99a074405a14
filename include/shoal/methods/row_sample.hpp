#pragma once
#include <vector>

#include "shoal/core/random.hpp"

namespace shoal {

/// `size` of the rows 0 .. n - 1, ascending: one from each of equal stretches, by (seed, stream, stretch); all of them
/// where size >= n. What is measured on them is the same for any number of ranks.
std::vector<Index> sampled_rows(Index n, Index size, std::uint64_t seed, Stream stream);

}  // namespace shoal
