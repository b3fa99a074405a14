#pragma once
#include "shoal/math/repulsion.hpp"
#include "shoal/methods/tsne.hpp"

namespace shoal {

/// Where all points start: options.start, from `seed` where it is random; along a direction without variance (constant
/// rows, or d = 1) always random. rows: this rank's shard of RowBlocks. All ranks get all points. Collective.
Points starting_points(const Communicator& comm, const Matrix& rows, Index global_rows, MapStart start,
                       std::uint64_t seed);

/// Gives all ranks what each has filled in of its own points. Collective.
void share_points(const Communicator& comm, Points& points);

}  // namespace shoal
