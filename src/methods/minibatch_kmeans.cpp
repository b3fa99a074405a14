#include "shoal/methods/minibatch_kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <string>

#include "kmeans_state.hpp"
#include "minibatch_start.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/random.hpp"
#include "shoal/methods/gathered_rows.hpp"
#include "shoal/methods/kmeans_lloyd.hpp"
#include "shoal/methods/kmeans_results.hpp"
#include "shoal/methods/row_batches.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

constexpr double most_inertia = 0x1p40;  // of a row, in fixed point

/// The state that batches change.
class MiniBatches {
 public:
  MiniBatches(const Communicator& comm, const KMeansRows& rows, MatrixD centers, const KMeansOptions& options,
              const MiniBatchOptions& batches)
      : comm_(comm),
        rows_(rows),
        options_(options),
        batches_(comm, rows, batches.batch_size, options.seed, Stream::batch_order),
        reassign_below_(batches.reassign_below),
        centers_(std::move(centers)),
        counts_(at(options.k), 0.0),
        sums_(rows.sums(options.k)),
        lanes_(at(2 * rows.source.width)),
        group_(1, std::vector<std::int32_t>(at(options.k))) {
    std::iota(group_[0].begin(), group_[0].end(), 0);
  }

  const MatrixD& centers() const { return centers_; }

  Snapshot state() const {
    Snapshot s;
    s.put("counts", counts_);
    s.put("seen", std::int64_t{seen_});
    return s;
  }
  void restore(const Snapshot& s) {
    s.copy("counts", std::span(counts_));
    seen_ = s.integer("seen");
  }

  /// Takes batch `step`; the mean inertia of its rows about the centres before. Collective.
  double take(Index step) {
    sums_.clear();
    const std::vector<std::int64_t> words = sum_agreed(comm_, sums_.words().size() + 1, [&] {
      const std::int64_t inertia = assign(batches_.read(step));
      std::vector<std::int64_t> mine(sums_.words().begin(), sums_.words().end());
      mine.push_back(inertia);
      return mine;
    });
    const ClusterSums::Totals totals = sums_.totals(words);
    double weight = 0;
    for (Index c = 0; c < options_.k; ++c) {
      const double here = totals.weights[at(c)];
      if (!(here > 0)) continue;
      weight += here;
      counts_[at(c)] += here;
      centers_.row(c) += (totals.sums.row(c) - here * centers_.row(c)) / counts_[at(c)];
    }
    if (options_.unit_centers) scale_to_unit(centers_, MatrixD(centers_));
    reassign_starved(step);
    const double scale = distance_scale_ * rows_.frame.scale * rows_.frame.scale;
    return weight > 0 ? static_cast<double>(words.back()) / scale / weight : 0;
  }

 private:
  std::int64_t assign(const RowView& batch) {
    const CenterTiles tiles(centers_, rows_.frame, group_);
    // Squared distances in the frame are below 16 d, unless start centres lie far from all rows: then below what those
    // allow. Weighted they become less than 2^40, a batch's sum less than 2^62. All ranks have these centres.
    const auto d = static_cast<double>(batch.width);
    const double farthest = std::pow(std::sqrt(d) + static_cast<double>(tiles.largest_norm()), 2);
    distance_scale_ = most_inertia / (std::max(16 * d, farthest) * rows_.largest_weight);
    moves_.clear();
    weights_.clear();
    std::int64_t inertia = 0;
    for (Index i = 0; i < batch.count; i += CenterTiles::batch_rows) {
      NearestTwo best[2];
      rows_.frame.load(batch, i, std::min(lane_count, batch.count - i), lanes_.data());
      rows_.frame.load(batch, std::min(i + lane_count, batch.count - 1),
                       std::clamp<Index>(batch.count - i - lane_count, 1, lane_count), lanes_.data() + batch.width);
      tiles.scan(lanes_.data(), 0, 1, best);
      for (Index g = 0; g < 2; ++g) inertia += take_group(batch, i + g * lane_count, best[g]);
    }
    sums_.move(batch, moves_, rows_.weighted ? weights_.data() : nullptr);
    return inertia;
  }

  /// 16 rows of the batch, or as many as there are, join their clusters; their inertia.
  std::int64_t take_group(const RowView& batch, Index first, const NearestTwo& best) {
    alignas(64) std::int32_t centers[lane_count];
    alignas(64) float scores[lane_count];
    std::memcpy(centers, &best.center, sizeof centers);
    std::memcpy(scores, &best.first, sizeof scores);
    std::int64_t inertia = 0;
    for (Index r = 0; r < std::min(lane_count, batch.count - first); ++r) {
      const Index mine = batches_.my_rows()[at(first + r)];
      const float weight = rows_.weight(mine), norm = rows_.norms[at(mine)];
      moves_.push_back({first + r, -1, centers[r]});
      weights_.push_back(weight);
      const float squared = std::max(0.0f, norm * norm + 2 * scores[r]);
      const double term = static_cast<double>(weight) * static_cast<double>(squared) * distance_scale_ + 0.5;
      inertia += static_cast<std::int64_t>(term < most_inertia ? term : most_inertia);  // beyond floats as well
    }
    return inertia;
  }

  // Centres that have seen few rows take rows of the batch, and the least count of the others.
  void reassign_starved(Index step) {
    seen_ += batches_.size();
    const double most = *std::max_element(counts_.begin(), counts_.end());
    const bool any_empty = std::any_of(counts_.begin(), counts_.end(), [](double n) { return n == 0; });
    if (reassign_below_ == 0 || !(any_empty || seen_ >= 10 * options_.k)) return;
    seen_ = 0;
    std::vector<Index> starved;
    double least = most;
    for (Index c = 0; c < options_.k; ++c) {
      if (counts_[at(c)] < reassign_below_ * most)
        starved.push_back(c);
      else
        least = std::min(least, counts_[at(c)]);
    }
    std::stable_sort(starved.begin(), starved.end(), [&](Index a, Index b) { return counts_[at(a)] < counts_[at(b)]; });
    starved.resize(std::min(starved.size(), at((batches_.size() + 1) / 2)));
    if (starved.empty()) return;
    Random random(options_.seed, Stream::kmeans_start, (std::uint64_t{1} << 62) | static_cast<std::uint64_t>(step));
    std::vector<Index> places(at(batches_.size())), rows;
    std::iota(places.begin(), places.end(), 0);
    for (std::size_t i = 0; i < starved.size(); ++i) {
      std::swap(places[i], places[i + at(random.below(batches_.size() - static_cast<Index>(i)))]);
      rows.push_back(batches_.row(step, places[i]));
    }
    const Matrix taken = gather_rows(comm_, rows_, rows);
    for (std::size_t i = 0; i < starved.size(); ++i) {
      centers_.row(starved[i]) = taken.row(static_cast<Index>(i)).cast<double>();
      counts_[at(starved[i])] = least;
    }
  }

  const Communicator& comm_;
  const KMeansRows& rows_;
  const KMeansOptions& options_;
  RowBatches batches_;
  double reassign_below_, distance_scale_ = 1;
  MatrixD centers_;
  std::vector<double> counts_;
  ClusterSums sums_;
  AlignedVector<Lanes> lanes_;
  std::vector<std::vector<std::int32_t>> group_;
  std::vector<RowMove> moves_;  // of the batch
  std::vector<float> weights_;
  Index seen_ = 0;
};

}  // namespace

KMeansResult fit_minibatch_kmeans(const Communicator& comm, const RowSource& source, Index global_rows,
                                  const KMeansOptions& options, const MiniBatchOptions& batches,
                                  const std::function<void(const KMeansProgress&)>& on_step,
                                  std::span<const float> weights, const Checkpoints& checkpoints) {
  require_kmeans_options(options, global_rows, source.width);
  if (batches.batch_size < 1 || batches.epochs < 1)
    throw option_error("k-means: " + std::to_string(batches.epochs) + " epochs of batches of " +
                           std::to_string(batches.batch_size) + " rows are wanted.",
                       "Give at least 1 of both.")
        .set_on_all_ranks();
  const KMeansRows rows = look_at_rows(comm, source, weights, global_rows);
  KMeansResult result;
  if (checkpoints.begin) result = result_in(*checkpoints.begin, options.k, source.width);
  MiniBatches run(comm, rows, checkpoints.begin ? result.centers : best_start(comm, rows, options, batches, result),
                  options, batches);
  const Index size = std::min(batches.batch_size, global_rows);
  const Index steps = std::max<Index>(1, batches.epochs * global_rows / size);
  const double rate = std::min(1.0, 2 * static_cast<double>(size) / static_cast<double>(global_rows + 1));
  double smoothed = 0, least = std::numeric_limits<double>::infinity();
  Index since = 0;
  if (const Snapshot* s = checkpoints.begin) {
    run.restore(s->part("batches"));
    smoothed = s->number("smoothed");
    least = s->number("least");
    since = s->integer("since");
  }
  const auto state = [&] {
    result.centers = run.centers();
    Snapshot s = state_of(result);
    s.put_part("batches", run.state());
    s.put("smoothed", smoothed);
    s.put("least", least);
    s.put("since", std::int64_t{since});
    return s;
  };
  while (!result.converged && result.n_iter < steps) {
    const double inertia = run.take(result.n_iter);
    result.inertia_trace.push_back(inertia);
    if (on_step) on_step({0, result.n_iter + 1, inertia, 0});
    // The first batch is about the start and says nothing; the second begins the mean.
    if (++result.n_iter > 1) {
      smoothed = result.n_iter == 2 ? inertia : smoothed * (1 - rate) + inertia * rate;
      since = smoothed < least ? 0 : since + 1;
      least = std::min(least, smoothed);
      result.converged = batches.patience > 0 && since >= batches.patience;
    }
    pause_if_due(checkpoints, state, result.n_iter == 1 ? Place::landmark : Place::step);
  }
  pause_at_end(checkpoints, state);
  Lloyd lloyd(comm, rows, options.k, 0, options.unit_centers);
  lloyd.assign(run.centers());
  result.centers = run.centers();
  take_labels(comm, rows, lloyd, result);
  if (options.second_distances) take_second_distances(comm, rows, result);
  if (options.start_centers) result.inertias = {result.inertia};
  return result;
}

}  // namespace shoal
