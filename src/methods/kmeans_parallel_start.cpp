#include <algorithm>
#include <cmath>
#include <limits>

#include "shoal/core/random.hpp"
#include "shoal/math/nearest_center.hpp"
#include "shoal/methods/gathered_rows.hpp"
#include "shoal/methods/kmeans_start.hpp"
#include "shoal/methods/label_search.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

/// The candidates so far, and of my rows which is the nearest and how far it is.
class Candidates {
 public:
  Candidates(const Communicator& comm, const KMeansRows& rows)
      : comm_(comm),
        rows_(rows),
        first_global_(my_shard(comm, rows.global).begin),
        squared_(at(rows.source.count), std::numeric_limits<double>::infinity()),
        nearest_(at(rows.source.count), -1),
        all_(0, rows.source.width) {}

  Index count() const { return all_.rows(); }
  const Matrix& all() const { return all_; }

  /// Adds rows (m, d), the same on all ranks. Collective.
  void add(const Matrix& more) {
    const Index before = all_.rows();
    all_.conservativeResize(before + more.rows(), Eigen::NoChange);
    all_.bottomRows(more.rows()) = more;
    if (more.rows() == 0) return;
    const MatrixD centers = more.cast<double>();
    agree(comm_, [&] {
      SecondLook look(centers);
      RowPieces pieces(rows_.source);
      std::vector<Index> which;
      std::vector<std::int32_t> labels;
      const Index n = rows_.source.count;
      for (Index first = 0; first < n; first += pieces.piece_rows()) {
        const RowView piece = pieces.read(first, std::min(pieces.piece_rows(), n - first));
        which.clear();
        for (Index i = 0; i < piece.count; ++i) which.push_back(i);
        look.find(piece, which, labels);
        for (Index i = 0; i < piece.count; ++i) {
          const double squared = squared_distance(piece, i, centers.row(labels[at(i)]).data());
          if (!(squared < squared_[at(first + i)])) continue;
          squared_[at(first + i)] = squared;
          nearest_[at(first + i)] = static_cast<std::int32_t>(before) + labels[at(i)];
        }
      }
    });
  }

  /// Every row on its own with probability min(1, wanted w D^2 / sum w D^2). All ranks get them. Collective.
  Matrix draw(double wanted, std::uint64_t seed, std::uint64_t round) const {
    const double farthest = 4 * rows_.largest.squaredNorm();
    const auto share = [&](Index i) { return static_cast<double>(rows_.weight(i)) * squared_[at(i)]; };
    const double total = sum_over_rows(comm_, rows_, farthest * rows_.largest_weight, share);
    std::vector<Index> mine, places;
    if (total > 0)
      for (Index i = 0; i < rows_.source.count; ++i) {
        const auto row = static_cast<std::uint64_t>(first_global_ + i);
        if (Random(seed, Stream::kmeans_start, round << 40 | row).uniform() < wanted * share(i) / total)
          mine.push_back(i);
      }
    const auto counts = comm_.gather(static_cast<std::int64_t>(mine.size()));
    Index place = 0, count = 0;
    for (std::size_t r = 0; r < counts.size(); count += counts[r], ++r)
      if (static_cast<int>(r) < comm_.rank()) place += counts[r];
    for (std::size_t i = 0; i < mine.size(); ++i) places.push_back(place++);
    return gather_rows(comm_, rows_.source, mine, places, count);
  }

  /// The weights of the rows nearest to each candidate, over all ranks. Collective.
  std::vector<float> weights() const {
    ExactSum sums(count(), bound_exponent_of(rows_.largest_weight) + 1);
    std::vector<double> here(at(count()));
    for (const MyBlock block : rows_.blocks) {  // whole blocks, so that what is rounded does not depend on ranks
      std::fill(here.begin(), here.end(), 0.0);
      for (Index i = block.first; i < block.first + block.count; ++i)
        here[at(nearest_[at(i)])] += static_cast<double>(rows_.weight(i)) / static_cast<double>(rows_.global);
      sums.add(std::span<const double>(here));
    }
    sums.reduce(comm_);
    const std::vector<double> values = sums.values();
    return {values.begin(), values.end()};
  }

 private:
  const Communicator& comm_;
  const KMeansRows& rows_;
  Index first_global_;
  std::vector<double> squared_;        // (my rows)
  std::vector<std::int32_t> nearest_;  // (my rows)
  Matrix all_;
};

}  // namespace

MatrixD kmeans_parallel(const Communicator& comm, const KMeansRows& rows, Index k, std::uint64_t seed,
                        std::uint64_t start) {
  constexpr std::uint64_t rounds = 5;
  Candidates candidates(comm, rows);
  candidates.add(random_rows(comm, rows, 1, seed, start).cast<float>());
  for (std::uint64_t round = 1; round <= rounds; ++round)
    candidates.add(candidates.draw(2 * static_cast<double>(k), seed, start * (rounds + 1) + round));
  if (candidates.count() < k)  // few distinct rows
    candidates.add(random_rows(comm, rows, k - candidates.count(), seed, start).cast<float>());

  const Shard shard = my_shard(comm, candidates.count());
  const Matrix mine = candidates.all().middleRows(shard.begin, shard.size());
  const std::vector<float> all_weights = candidates.weights();
  const std::vector<float> weights(all_weights.begin() + shard.begin, all_weights.begin() + shard.end);
  const RowSource source = source_of(mine);
  return kmeans_plus_plus(comm, look_at_rows(comm, source, weights, candidates.count()), k, seed, start);
}

}  // namespace shoal
