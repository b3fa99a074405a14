#include "shoal/methods/nearest_so_far.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

/// My rows as bytes between the least and the largest value of each column among them. What the bytes are depends on
/// which rows are mine; what comes out, on the exact distances alone.
ByteRows bytes_of(const KMeansRows& rows, RowPieces& pieces) {
  const Index n = rows.source.count;
  FrameRange range = range_in_frame(rows);
  ByteRows bytes(rows.frame, n, std::move(range.low), range.high);
  for (Index first = 0; first < n; first += pieces.piece_rows())
    bytes.take(pieces.read(first, std::min(pieces.piece_rows(), n - first)), first);
  return bytes;
}

}  // namespace

NearestSoFar::NearestSoFar(const Communicator& comm, const KMeansRows& rows)
    : comm_(comm),
      rows_(rows),
      shard_(my_shard(comm, rows.global)),
      blocks_(RowBlocks::of(rows.global)),
      pieces_(rows.source),
      bytes_(agree(comm,
                   [&] {
                     // Rows that do not fit in memory would not fit as bytes either: then every distance is computed.
                     return rows.source.in_memory() ? std::optional(bytes_of(rows, pieces_)) : std::nullopt;
                   })),
      squared_(at(rows.source.count), 1) {
  sum_blocks();
}

double NearestSoFar::share(Index row) const {
  return static_cast<double>(rows_.weight(row)) * static_cast<double>(squared_[at(row)]);
}

void NearestSoFar::sum_blocks() {
  std::vector<double> mine;
  for (const MyBlock block : rows_.blocks) {
    double sums[8]{};  // side by side: one sum would wait for itself
    for (Index i = 0; i < block.count; ++i) sums[i % 8] += share(block.first + i);
    mine.push_back(((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7])));
  }
  block_sums_ = comm_.concatenate(std::span<const double>(mine));
}

Matrix NearestSoFar::draw(Index count, Random& random) const {
  std::vector<Index> mine, places;
  for (Index place = 0; place < count; ++place)
    if (const Index row = draw_one(random); shard_.owns(row)) {
      mine.push_back(row - shard_.begin);
      places.push_back(place);
    }
  return gather_rows(comm_, rows_.source, mine, places, count);
}

Index NearestSoFar::take_best(const Matrix& candidates) {
  const Index m = candidates.rows();
  std::vector<float> points(at(candidates.size()));
  for (Index t = 0; t < m; ++t) rows_.frame.place(candidates.row(t).data(), points.data() + t * candidates.cols());
  Index best = 0;
  if (!any_centre_) {
    any_centre_ = true;
    agree(comm_, [&] { take_first(points.data()); });
  } else {
    std::vector<Lowered> lowered(at(m));
    std::vector<double> gains;  // (my blocks, m)
    agree(comm_, [&] { find_lowered(points, m, lowered, gains); });
    const std::vector<double> all = comm_.concatenate(std::span<const double>(gains));
    std::vector<double> totals(at(m), 0.0);
    for (std::size_t i = 0; i < all.size(); ++i) totals[i % at(m)] += all[i];
    best = std::max_element(totals.begin(), totals.end()) - totals.begin();
    for (const auto& [row, squared] : lowered[at(best)]) lower(row, squared);
  }
  sum_blocks();
  return best;
}

void NearestSoFar::lower(Index row, float squared) {
  squared_[at(row)] = squared;
  if (bytes_) bytes_->set_distance(row, std::sqrt(squared));
}

void NearestSoFar::take_first(const float* point) {
  const Index n = rows_.source.count;
  for (Index first = 0; first < n; first += pieces_.piece_rows()) {
    const RowView piece = pieces_.read(first, std::min(pieces_.piece_rows(), n - first));
    for (Index i = 0; i < piece.count; ++i) lower(first + i, rows_.frame.squared_distance(piece, i, point));
  }
}

// Calls maybe(row, t) for all rows that candidate t could be nearer to than what is there.
template <class Maybe>
void NearestSoFar::for_candidates(const std::vector<float>& points, Index m, Index first, Index count, Maybe maybe) {
  if (bytes_) return bytes_->for_candidates(points.data(), m, first, count, maybe);
  for (Index row = first; row < first + count; ++row)
    for (Index t = 0; t < m; ++t) maybe(row, t);
}

// Rows are read where the bytes leave it open whether a candidate is nearer than what is there.
void NearestSoFar::find_lowered(const std::vector<float>& points, Index m, std::vector<Lowered>& lowered,
                                std::vector<double>& gains) {
  for (const MyBlock block : rows_.blocks) {
    std::vector<double> gain(at(m), 0.0);
    const Index end = block.first + block.count;
    for (Index first = block.first; first < end; first += pieces_.piece_rows()) {
      const Index count = std::min(pieces_.piece_rows(), end - first);
      RowView piece;
      for_candidates(points, m, first, count, [&](Index row, Index t) {
        if (piece.count == 0) piece = pieces_.read(first, count);
        const float squared = rows_.frame.squared_distance(piece, row - first, points.data() + t * rows_.source.width);
        const float before = squared_[at(row)];
        if (!(squared < before)) return;
        lowered[at(t)].emplace_back(row, squared);
        gain[at(t)] += static_cast<double>(rows_.weight(row)) * (static_cast<double>(before) - squared);
      });
    }
    gains.insert(gains.end(), gain.begin(), gain.end());
  }
}

/// A drawn row's global number on the rank that holds it, -1 elsewhere. Every rank makes the same draws.
Index NearestSoFar::draw_one(Random& random) const {
  double total = 0;
  for (const double sum : block_sums_) total += sum;
  if (!(total > 0)) return random.below(blocks_.rows);
  const double target = random.uniform() * total;
  Index chosen = 0;
  double before_chosen = 0, before = 0;
  for (std::size_t b = 0; b < block_sums_.size(); before += block_sums_[b], ++b)
    if (block_sums_[b] > 0 && before <= target) {
      chosen = static_cast<Index>(b);
      before_chosen = before;
    }
  return shard_.owns(blocks_.begin(chosen)) ? draw_in_block(chosen, target - before_chosen) : -1;
}

/// The first row up to which the block's shares add up to more than `target`.
Index NearestSoFar::draw_in_block(Index block, double target) const {
  double sum = 0;
  Index chosen = blocks_.begin(block);
  for (Index row = chosen; row < blocks_.end(block) && sum <= target; ++row) {
    const double here = share(row - shard_.begin);
    sum += here;
    if (here > 0) chosen = row;  // rows that are centres already are never drawn, not even by rounding
  }
  return chosen;
}

}  // namespace shoal
