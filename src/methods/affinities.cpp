#include "shoal/methods/affinities.hpp"

#include <algorithm>

#include "shoal/core/error.hpp"
#include "shoal/core/lanes.hpp"
#include "shoal/core/text.hpp"
#include "shoal/math/perplexity.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/exchange.hpp"

namespace shoal {
namespace {

/// One entry of a sparse matrix on its way to another rank.
struct Entry {
  std::int32_t row = 0, column = 0;
  double value = 0;

  friend bool operator<(const Entry& a, const Entry& b) {
    return a.row < b.row || (a.row == b.row && a.column < b.column);
  }
};

/// The entries p_j|i of my rows i, by row and column.
std::vector<Entry> conditional_entries(const Neighbors& neighbors, const Shard& shard, double perplexity) {
  const auto k = static_cast<std::size_t>(neighbors.k);
  std::vector<Entry> entries(neighbors.found.size());
  std::vector<double> distances(k), weights(k);
  for (Index i = 0; i < shard.size(); ++i) {
    const Neighbor* near = neighbors.of(i);
    for (std::size_t j = 0; j < k; ++j) distances[j] = near[j].squared_distance;
    perplexity_weights(distances, perplexity, weights);
    const auto begin = entries.begin() + i * neighbors.k;
    for (std::size_t j = 0; j < k; ++j)
      begin[static_cast<Index>(j)] = {static_cast<std::int32_t>(shard.begin + i), near[j].row, weights[j]};
    std::sort(begin, begin + neighbors.k);
  }
  return entries;
}

/// The same entries turned round, on the ranks that have them as rows; by row and column. Collective.
std::vector<Entry> transposed_entries(const Communicator& comm, const std::vector<Entry>& entries, Index global_rows) {
  const RowBlocks blocks = RowBlocks::of(global_rows);
  std::vector<Index> ends;
  for (int r = 0; r < comm.size(); ++r) ends.push_back(blocks.shard(r, comm.size()).end);
  const auto owner = [&](std::int32_t row) {
    return static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), Index{row}) - ends.begin());
  };
  std::vector<std::int64_t> counts(ends.size(), 0);
  for (const Entry& e : entries) ++counts[owner(e.column)];
  std::vector<std::int64_t> places(ends.size(), 0);
  for (std::size_t r = 1; r < ends.size(); ++r) places[r] = places[r - 1] + counts[r - 1];
  std::vector<Entry> sent(entries.size());
  for (const Entry& e : entries) sent[static_cast<std::size_t>(places[owner(e.column)]++)] = {e.column, e.row, e.value};
  std::vector<Entry> mine = exchange<Entry>(comm, sent, counts);
  std::sort(mine.begin(), mine.end());
  return mine;
}

}  // namespace

void require_perplexity(double perplexity, Index n) {
  if (perplexity > 1 && perplexity < static_cast<double>(n) / 3) return;
  throw option_error("a perplexity of " + format_number(perplexity) + " is wanted for " + format_count(n) + " rows.",
                     n > 3 ? "Choose it above 1 and below a third of the rows, " +
                                 format_number(static_cast<double>(n) / 3) + "; 5 to 50 is usual."
                           : "t-SNE needs at least 4 rows.")
      .set_on_all_ranks();
}

Index neighbors_for(double perplexity, Index n) {
  return std::min<Index>(n - 1, std::max<Index>(2, static_cast<Index>(3 * perplexity)));
}

SparseRows joint_affinities(const Communicator& comm, const Neighbors& neighbors, Index global_rows,
                            double perplexity) {
  const Shard shard = my_shard(comm, global_rows);
  const auto mine = conditional_entries(neighbors, shard, perplexity);
  const auto theirs = transposed_entries(comm, mine, global_rows);

  SparseRows joint;
  joint.first_row = shard.begin;
  const double half = 0.5 / static_cast<double>(global_rows);
  auto a = mine.begin(), b = theirs.begin();
  const auto add = [&](std::int32_t column, double sum) {
    joint.columns.push_back(column);
    joint.values.push_back(static_cast<float>(sum * half));
  };
  for (Index row = shard.begin; row < shard.end; ++row) {
    const auto in_row = [&](auto at, const auto& all) { return at != all.end() && at->row == row; };
    while (in_row(a, mine) || in_row(b, theirs)) {
      if (!in_row(b, theirs) || (in_row(a, mine) && a->column < b->column)) {
        add(a->column, a->value);
        ++a;
      } else if (!in_row(a, mine) || b->column < a->column) {
        add(b->column, b->value);
        ++b;
      } else {
        add(a->column, a->value + b->value);
        ++a, ++b;
      }
    }
    while (static_cast<Index>(joint.columns.size()) % lane_count != 0) {
      joint.columns.push_back(static_cast<std::int32_t>(row));
      joint.values.push_back(0);
    }
    joint.begins.push_back(static_cast<Index>(joint.columns.size()));
  }
  joint.columns.shrink_to_fit();
  joint.values.shrink_to_fit();
  return joint;
}

}  // namespace shoal
