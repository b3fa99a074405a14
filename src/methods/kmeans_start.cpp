#include "shoal/methods/kmeans_start.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "shoal/core/random.hpp"
#include "shoal/math/nearest_distance.hpp"
#include "shoal/methods/row_pieces.hpp"

namespace shoal {
namespace {

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

/// D^2 of all rows, the squared distance to the nearest centre so far, and its sum in each block.
class NearestSoFar {
 public:
  NearestSoFar(const Communicator& comm, const KMeansRows& rows)
      : comm_(comm),
        rows_(rows),
        shard_(my_shard(comm, rows.global)),
        blocks_(RowBlocks::of(rows.global)),
        squared_(at(rows.source.count), std::numeric_limits<float>::infinity()),
        block_sums_(at(blocks_.count()), 0.0) {}

  /// Rows drawn with probability D^2 / sum D^2, or evenly when that sum is 0. All ranks get them. Collective.
  Matrix draw(Index count, Random& random) const {
    const Index d = rows_.source.width;
    std::vector<float> mine;  // [place, features] of the drawn rows that I hold; places are small, exact as floats
    for (Index place = 0; place < count; ++place)
      if (const Index row = draw_one(random); shard_.owns(row)) {
        mine.push_back(static_cast<float>(place));
        mine.resize(mine.size() + at(d));
        rows_.source.read(row - shard_.begin, 1).to_floats(0, mine.data() + mine.size() - d);
      }
    const std::vector<float> all = comm_.concatenate(std::span<const float>(mine));
    Matrix drawn(count, d);
    for (std::size_t i = 0; i < all.size(); i += at(d + 1))
      std::copy_n(&all[i] + 1, d, drawn.row(static_cast<Index>(all[i])).data());
    return drawn;
  }

  /// Of the candidates (m, d) takes the one that leaves the least sum of D^2, the first among equals. Collective.
  Index take_best(const Matrix& candidates) {
    const Index n = rows_.source.count, d = rows_.source.width, m = candidates.rows();
    std::vector<float> lowered(at(m * n)), values;
    std::vector<double> sums;  // (my blocks, m)
    RowPieces pieces(rows_.source);
    for (const MyBlock block : rows_.blocks) {
      const Index end = block.first + block.count;
      for (Index first = block.first; first < end; first += pieces.piece_rows()) {
        const Index count = std::min(pieces.piece_rows(), end - first);
        const RowView piece = pieces.read(first, count);
        values.resize(at(count * d));
        for (Index i = 0; i < count; ++i) piece.to_floats(i, values.data() + i * d);
        lower_to_candidates(values.data(), count, candidates, &squared_[at(first)], &lowered[at(first)], n);
      }
      for (Index t = 0; t < m; ++t) sums.push_back(sum_of(&lowered[at(t * n + block.first)], block.count));
    }
    const std::vector<double> all = comm_.concatenate(std::span<const double>(sums));  // (blocks, m)
    std::vector<double> totals(at(m), 0.0);
    for (std::size_t i = 0; i < all.size(); ++i) totals[i % at(m)] += all[i];
    const Index best = std::min_element(totals.begin(), totals.end()) - totals.begin();
    std::copy_n(lowered.begin() + best * n, n, squared_.begin());
    for (std::size_t b = 0; b < block_sums_.size(); ++b) block_sums_[b] = all[b * at(m) + at(best)];
    return best;
  }

 private:
  static double sum_of(const float* values, Index count) {
    double sum = 0;
    for (Index i = 0; i < count; ++i) sum += static_cast<double>(values[i]);
    return sum;
  }

  /// A drawn row's global number on the rank that holds it, -1 elsewhere. Every rank makes the same draws.
  Index draw_one(Random& random) const {
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

  /// The first row up to which the block's D^2 add up to more than `target`.
  Index draw_in_block(Index block, double target) const {
    double sum = 0;
    Index chosen = blocks_.begin(block);
    for (Index row = chosen; row < blocks_.end(block) && sum <= target; ++row) {
      const float squared = squared_[at(row - shard_.begin)];
      sum += static_cast<double>(squared);
      if (squared > 0) chosen = row;  // rows that are centres already are never drawn, not even by rounding
    }
    return chosen;
  }

  const Communicator& comm_;
  const KMeansRows& rows_;
  Shard shard_;
  RowBlocks blocks_;
  std::vector<float> squared_;      // (my rows)
  std::vector<double> block_sums_;  // (all blocks), on all ranks
};

}  // namespace

MatrixD kmeans_plus_plus(const Communicator& comm, const KMeansRows& rows, Index k, std::uint64_t seed,
                         std::uint64_t start) {
  Random random(seed, Stream::kmeans_start, start);
  NearestSoFar nearest(comm, rows);
  const Index trials = 2 + static_cast<Index>(std::log(static_cast<double>(k)));
  MatrixD centers(k, rows.source.width);
  for (Index c = 0; c < k; ++c) {
    const Matrix candidates = nearest.draw(c == 0 ? 1 : trials, random);
    const Index best = nearest.take_best(candidates);
    for (Index j = 0; j < centers.cols(); ++j) centers(c, j) = static_cast<double>(candidates(best, j));
  }
  return centers;
}

}  // namespace shoal
