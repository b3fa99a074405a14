#include "shoal/methods/neighbors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/methods/column_statistics.hpp"
#include "shoal/methods/my_blocks.hpp"

namespace shoal {
namespace {

/// Shows all rows of all ranks to the search, in blocks that are broadcast one after the other. Collective.
void visit_all(const Communicator& comm, const Matrix& rows, Index global_rows, NeighborSearch& search,
               const NeighborProgress& on_progress) {
  const Index d = rows.cols();
  const Index block = std::max<Index>(1024, (Index{1} << 22) / d);  // rows of 16 MiB together
  const RowBlocks blocks = RowBlocks::of(global_rows);
  Matrix visiting;
  for (int rank = 0; rank < comm.size(); ++rank) {
    const Shard shard = blocks.shard(rank, comm.size());
    for (Index first = shard.begin; first < shard.end; first += block) {
      const Index count = std::min(block, shard.end - first);
      const float* here = rows.data() + (first - shard.begin) * d;
      if (comm.size() > 1) {
        if (rank == comm.rank())
          visiting = rows.middleRows(first - shard.begin, count);
        else
          visiting.resize(count, d);
        comm.broadcast(std::span<float>(visiting.data(), static_cast<std::size_t>(visiting.size())), rank);
        here = visiting.data();
      }
      search.visit(here, count, first);
      if (on_progress) on_progress(first + count, global_rows);
    }
  }
}

Neighbors search_neighbors(const Communicator& comm, const Matrix& queries, const Matrix& rows, Index global_rows,
                           Index k, Index first_row, const NeighborProgress& on_progress) {
  const Index d = rows.cols(), most = global_rows - (first_row >= 0 ? 1 : 0);
  if (k < 1 || k > most)
    throw option_error(format_count(k) + " nearest neighbours are wanted among " + format_count(most) + " rows.",
                       "Choose between 1 and the number of other rows.")
        .set_on_all_ranks();
  if (global_rows > std::numeric_limits<std::int32_t>::max())
    throw option_error("neighbours among " + format_count(global_rows) + " rows are not supported.",
                       "Take a part of at most 2,147,483,647 rows.")
        .set_on_all_ranks();
  double magnitude = largest_magnitude(comm, rows, global_rows, "nearest neighbours");
  const VectorD means = column_means(comm, rows, global_rows, magnitude);
  if (first_row < 0) magnitude = std::max(magnitude, comm.max(queries.size() > 0 ? queries.cwiseAbs().maxCoeff() : 0));
  // All |x - origin| <= 2 magnitude sqrt(d) stay below 1 under the scale, whose exponent a float must have.
  const double reach = 4 * magnitude * std::sqrt(static_cast<double>(d));
  const int exponent = std::clamp(reach > 0 ? std::ilogb(reach) + 1 : 0, -120, 126);
  const std::vector<float> origin(means.begin(), means.end());
  NeighborSearch search(queries.data(), queries.rows(), d, k, origin, std::ldexp(1.0f, -exponent), first_row);
  visit_all(comm, rows, global_rows, search, on_progress);
  return {k, search.take()};
}

}  // namespace

Neighbors exact_neighbors(const Communicator& comm, const Matrix& rows, Index global_rows, Index k,
                          const NeighborProgress& on_progress) {
  return search_neighbors(comm, rows, rows, global_rows, k, my_shard(comm, global_rows).begin, on_progress);
}

Neighbors neighbors_among(const Communicator& comm, const Matrix& queries, const Matrix& rows, Index global_rows,
                          Index k, const NeighborProgress& on_progress) {
  return search_neighbors(comm, queries, rows, global_rows, k, -1, on_progress);
}

}  // namespace shoal
