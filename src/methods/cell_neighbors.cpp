#include "shoal/methods/cell_neighbors.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "shoal/math/cell_order.hpp"
#include "shoal/methods/minibatch_kmeans.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/methods/row_sample.hpp"

namespace shoal {
namespace {

constexpr Index sample_size = 1000;

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

/// Things of each cell, ascending.
struct CellLists {
  std::vector<Index> begins;         // (cells + 1)
  std::vector<std::int32_t> things;  // thing i of cell c: things[begins[c] + i]

  std::span<const std::int32_t> of(Index first_cell, Index end_cell) const {
    return std::span(things).subspan(at(begins[at(first_cell)]), at(begins[at(end_cell)] - begins[at(first_cell)]));
  }
};

/// Entry e, of `things` in their order, belongs to cell cells[e].
CellLists lists_by_cell(std::span<const std::int32_t> cells, const std::vector<std::int32_t>& things, Index count) {
  CellLists lists{std::vector<Index>(at(count + 1), 0), std::vector<std::int32_t>(cells.size())};
  for (const auto cell : cells) ++lists.begins[at(cell + 1)];
  std::partial_sum(lists.begins.begin(), lists.begins.end(), lists.begins.begin());
  std::vector<Index> places(lists.begins.begin(), lists.begins.end() - 1);
  for (std::size_t e = 0; e < cells.size(); ++e) lists.things[at(places[at(cells[e])]++)] = things[e];
  return lists;
}

/// The rows' cells, known to all ranks.
struct Cells {
  Matrix centers;                    // (cells, d)
  std::vector<std::int32_t> labels;  // (n): of all rows
  std::vector<Index> sizes;          // (cells)

  Index count() const { return centers.rows(); }
};

Cells cells_of(const Communicator& comm, const Matrix& rows, Index n, std::uint64_t seed) {
  const auto count = std::min(n, static_cast<Index>(std::lround(2 * std::sqrt(static_cast<double>(n)))));
  const KMeansResult fit = fit_minibatch_kmeans(comm, source_of(rows), n,
                                                {.k = count, .n_init = 1, .seed = seed, .start = KMeansStart::random},
                                                {.batch_size = std::min<Index>(n, 4096), .epochs = 1, .patience = 0});
  Cells cells{fit.centers.cast<float>(), {}, std::vector<Index>(fit.sizes.begin(), fit.sizes.end())};
  const std::vector<std::int64_t> mine(fit.labels.begin(), fit.labels.end());
  const std::vector<std::int64_t> labels = comm.concatenate(mine);
  cells.labels.assign(labels.begin(), labels.end());
  return cells;
}

/// How many of the k nearest of sampled rows lie in the row's nearest cell, in its two nearest, ...: (cells), of all
/// ranks. Collective.
std::vector<std::int64_t> found_by_cells(const Communicator& comm, const Matrix& rows, Index k, const Cells& cells,
                                         const SearchFrame& frame, const CellOrder& order,
                                         const std::vector<Index>& sample) {
  const auto n = static_cast<Index>(cells.labels.size());
  const Shard shard = my_shard(comm, n);
  std::vector<std::int32_t> own;
  for (const Index row : sample)
    if (shard.owns(row)) own.push_back(static_cast<std::int32_t>(row));
  Matrix queries(static_cast<Index>(own.size()), rows.cols());
  for (std::size_t i = 0; i < own.size(); ++i) queries.row(static_cast<Index>(i)) = rows.row(own[i] - shard.begin);
  NeighborSearch search(queries.data(), queries.rows(), rows.cols(), k, frame, own);
  visit_all_rows(comm, rows, n, search);
  const std::vector<Neighbor> near = search.take();
  const auto ordered = order.nearest(queries.data(), queries.rows(), cells.count());

  std::vector<std::int64_t> found(at(cells.count()), 0);
  std::vector<Index> place(at(cells.count()));
  for (Index i = 0; i < queries.rows(); ++i) {
    for (Index c = 0; c < cells.count(); ++c) place[at(ordered[at(i * cells.count() + c)])] = c;
    for (Index j = 0; j < k; ++j) ++found[at(place[at(cells.labels[at(near[at(i * k + j)].row)])])];
  }
  comm.sum(found);
  std::partial_sum(found.begin(), found.end(), found.begin());
  return found;
}

/// The cells that each of my rows looks at: its nearest one, and others.
struct Visits {
  CellLists nearest, others;  // of each cell, which of my rows look at it
};

Visits visits_of(const Matrix& rows, Index k, const Cells& cells, const CellOrder& order, Index visited) {
  std::vector<std::int32_t> nearest, first_rows, others, other_rows;
  const auto chosen = order.nearest(rows.data(), rows.rows(), visited);
  for (Index i = 0; i < rows.rows(); ++i) {
    std::vector<std::int32_t> wanted(chosen.begin() + i * visited, chosen.begin() + (i + 1) * visited);
    const auto rows_in = [&](Index sum, std::int32_t cell) { return sum + cells.sizes[at(cell)]; };
    if (std::accumulate(wanted.begin(), wanted.end(), Index{0}, rows_in) <= k) {  // small cells, far from all others
      wanted = order.nearest(rows.row(i).data(), 1, cells.count());
      Index used = 0;
      for (Index sum = 0; used < visited || sum <= k; ++used) sum += cells.sizes[at(wanted[at(used)])];
      wanted.resize(at(used));
    }
    nearest.push_back(wanted[0]);
    first_rows.push_back(static_cast<std::int32_t>(i));
    others.insert(others.end(), wanted.begin() + 1, wanted.end());
    other_rows.resize(others.size(), static_cast<std::int32_t>(i));
  }
  return {lists_by_cell(nearest, first_rows, cells.count()), lists_by_cell(others, other_rows, cells.count())};
}

/// All rows of some cells, from all ranks, cell by cell.
struct VisitingRows {
  Matrix rows;
  CellLists numbers;  // global ones, of cell c - first_cell
};

/// Cells [first, end). held: my rows by cell, as numbers of mine. Collective.
VisitingRows gather_cells(const Communicator& comm, const Matrix& rows, const Shard& shard, const Cells& cells,
                          const CellLists& held, Index first, Index end) {
  const Index d = rows.cols();
  std::vector<float> mine;
  std::vector<std::int64_t> my_numbers;
  for (const auto row : held.of(first, end)) {
    mine.insert(mine.end(), rows.row(row).begin(), rows.row(row).end());
    my_numbers.push_back(shard.begin + row);
  }
  const std::vector<float> all = comm.concatenate(mine);
  const std::vector<std::int64_t> all_numbers = comm.concatenate(my_numbers);
  std::vector<std::int32_t> their_cells, places(all_numbers.size());
  for (const auto number : all_numbers)
    their_cells.push_back(cells.labels[at(number)] - static_cast<std::int32_t>(first));
  std::iota(places.begin(), places.end(), 0);
  VisitingRows visiting{Matrix(static_cast<Index>(places.size()), d), lists_by_cell(their_cells, places, end - first)};
  for (Index i = 0; i < visiting.rows.rows(); ++i) {
    std::int32_t& thing = visiting.numbers.things[at(i)];
    std::copy_n(all.data() + thing * d, d, visiting.rows.row(i).data());
    thing = static_cast<std::int32_t>(all_numbers[at(thing)]);
  }
  return visiting;
}

/// Shows all cells to those of my rows that look at them: to `lists` of `search`. Collective.
void visit_cells(const Communicator& comm, const Matrix& rows, const Cells& cells, const CellLists& held,
                 const CellLists& lists, NeighborSearch& search, const NeighborProgress& on_progress) {
  const auto n = static_cast<Index>(cells.labels.size());
  const Shard shard = my_shard(comm, n);
  const Index most = std::max<Index>(1024, (Index{1} << 22) / rows.cols());  // rows of 16 MiB together
  Index done = 0;
  for (Index first = 0; first < cells.count();) {
    Index end = first, here = 0;
    while (end < cells.count() && (end == first || here + cells.sizes[at(end)] <= most)) here += cells.sizes[at(end++)];
    const VisitingRows visiting = gather_cells(comm, rows, shard, cells, held, first, end);
    for (Index c = first; c < end; ++c)
      search.visit(visiting.rows.data() + visiting.numbers.begins[at(c - first)] * rows.cols(),
                   visiting.numbers.of(c - first, c - first + 1), lists.of(c, c + 1));
    done += here;
    if (on_progress) on_progress(done, n);
    first = end;
  }
}

}  // namespace

CellNeighbors cell_neighbors(const Communicator& comm, const Matrix& rows, Index global_rows, Index k,
                             std::uint64_t seed, const NeighborProgress& on_progress) {
  require_neighbors(k, global_rows - 1, global_rows);
  const SearchFrame frame = search_frame(comm, rows, global_rows);
  const Cells cells = cells_of(comm, rows, global_rows, seed);
  const CellOrder order(cells.centers, frame);
  const std::vector<Index> sample = sampled_rows(global_rows, sample_size, seed, Stream::neighbor_sample);
  CellNeighbors result;
  result.cells = cells.count();
  result.sample = static_cast<Index>(sample.size());
  const auto found = found_by_cells(comm, rows, k, cells, frame, order, sample);
  const auto pairs = static_cast<double>(result.sample * k);
  const auto enough = std::lower_bound(found.begin(), found.end(), std::ceil(wanted_recall * pairs));
  result.visited = enough - found.begin() + 1;
  result.recall = static_cast<double>(*enough) / pairs;
  if (2 * result.visited > result.cells) {
    result.near = exact_neighbors(comm, rows, global_rows, k, on_progress);
    result.visited = result.cells;
    result.recall = 1;
    return result;
  }

  const Shard shard = my_shard(comm, global_rows);
  const std::span my_labels = std::span(cells.labels).subspan(at(shard.begin), at(shard.size()));
  std::vector<std::int32_t> places(at(shard.size())), own(at(shard.size()));
  std::iota(places.begin(), places.end(), 0);
  std::iota(own.begin(), own.end(), static_cast<std::int32_t>(shard.begin));
  const CellLists held = lists_by_cell(my_labels, places, cells.count());
  const Visits visits = visits_of(rows, k, cells, order, result.visited);
  NeighborSearch search(rows.data(), rows.rows(), rows.cols(), k, frame, std::move(own));
  // A row's own cell first: what is far is then turned away at once.
  visit_cells(comm, rows, cells, held, visits.nearest, search, {});
  visit_cells(comm, rows, cells, held, visits.others, search, on_progress);
  result.near = {k, search.take()};
  return result;
}

}  // namespace shoal
