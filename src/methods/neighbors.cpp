#include "shoal/methods/neighbors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/methods/column_statistics.hpp"
#include "shoal/methods/my_blocks.hpp"

namespace shoal {
namespace {

/// The frame of rows whose elements' largest magnitude is known.
SearchFrame frame_of(const VectorD& means, double magnitude) {
  // All |x - origin| <= 2 magnitude sqrt(d) stay below 1 under the scale, whose exponent a float must have.
  const double reach = 4 * magnitude * std::sqrt(static_cast<double>(means.size()));
  const int exponent = std::clamp(reach > 0 ? std::ilogb(reach) + 1 : 0, -120, 126);
  return {std::vector<float>(means.begin(), means.end()), std::ldexp(1.0f, -exponent)};
}

}  // namespace

void require_neighbors(Index k, Index others, Index n) {
  if (k < 1 || k > others)
    throw option_error(format_count(k) + " nearest neighbours are wanted among " + format_count(others) + " rows.",
                       "Choose between 1 and the number of other rows.")
        .set_on_all_ranks();
  if (n > std::numeric_limits<std::int32_t>::max())
    throw option_error("neighbours among " + format_count(n) + " rows are not supported.",
                       "Take a part of at most 2,147,483,647 rows.")
        .set_on_all_ranks();
}

SearchFrame search_frame(const Communicator& comm, const Matrix& rows, Index global_rows) {
  const double magnitude = largest_magnitude(comm, rows, global_rows, "nearest neighbours");
  return frame_of(column_means(comm, rows, global_rows, magnitude), magnitude);
}

void visit_all_rows(const Communicator& comm, const Matrix& rows, Index global_rows, NeighborSearch& search,
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

Neighbors exact_neighbors(const Communicator& comm, const Matrix& rows, Index global_rows, Index k,
                          const NeighborProgress& on_progress) {
  require_neighbors(k, global_rows - 1, global_rows);
  std::vector<std::int32_t> own(static_cast<std::size_t>(rows.rows()));
  std::iota(own.begin(), own.end(), static_cast<std::int32_t>(my_shard(comm, global_rows).begin));
  NeighborSearch search(rows.data(), rows.rows(), rows.cols(), k, search_frame(comm, rows, global_rows),
                        std::move(own));
  visit_all_rows(comm, rows, global_rows, search, on_progress);
  return {k, search.take()};
}

Neighbors neighbors_among(const Communicator& comm, const Matrix& queries, const Matrix& rows, Index global_rows,
                          Index k, const NeighborProgress& on_progress) {
  require_neighbors(k, global_rows, global_rows);
  const double among_rows = largest_magnitude(comm, rows, global_rows, "nearest neighbours");
  const double in_queries = comm.max(queries.size() > 0 ? queries.cwiseAbs().maxCoeff() : 0);
  const VectorD means = column_means(comm, rows, global_rows, among_rows);
  NeighborSearch search(queries.data(), queries.rows(), rows.cols(), k,
                        frame_of(means, std::max(among_rows, in_queries)), {});
  visit_all_rows(comm, rows, global_rows, search, on_progress);
  return {k, search.take()};
}

}  // namespace shoal
