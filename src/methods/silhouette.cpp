#include "shoal/methods/silhouette.hpp"

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "shoal/core/random.hpp"
#include "shoal/math/cluster_distances.hpp"
#include "shoal/math/lane_rows.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

std::size_t size(Index n) {
  return static_cast<std::size_t>(n);
}

// Rows as floats with their labels.
struct Labelled {
  std::vector<float> rows;
  std::vector<std::int32_t> labels;
  void resize(Index count, Index d) {
    rows.resize(size(count * d));
    labels.resize(size(count));
  }
};

// Where rows to compare with come from: `ranks` times pieces that all ranks get in the same order.
class Everyone {
 public:
  Everyone(const Communicator& comm, const RowSource& mine, std::span<const std::int32_t> labels)
      : comm_(comm), mine_(mine), labels_(labels), counts_(comm.gather(mine.count)) {}

  // Calls take(piece, count) with all rows of all ranks in their global order. Collective.
  template <class Take>
  void for_pieces(Take take) {
    const Index d = mine_.width, piece_rows = std::clamp<Index>((Index{1} << 16) / d / 16 * 16, 16, 4096);
    Labelled piece;
    std::vector<std::int64_t> labels;
    for (int rank = 0; rank < comm_.size(); ++rank)
      for (Index first = 0; first < counts_[size(rank)]; first += piece_rows) {
        const Index count = std::min(piece_rows, counts_[size(rank)] - first);
        piece.resize(count, d);
        labels.resize(size(count));
        if (rank == comm_.rank()) {
          const RowView view = mine_.read(first, count);
          for (Index i = 0; i < count; ++i) view.to_floats(i, piece.rows.data() + i * d);
          std::copy_n(labels_.begin() + first, count, labels.begin());
        }
        comm_.broadcast(std::span<float>(piece.rows), rank);
        comm_.broadcast(std::span<std::int64_t>(labels), rank);
        std::transform(labels.begin(), labels.end(), piece.labels.begin(),
                       [](std::int64_t label) { return static_cast<std::int32_t>(label); });
        take(piece, count);
      }
  }

 private:
  const Communicator& comm_;
  const RowSource& mine_;
  std::span<const std::int32_t> labels_;
  std::vector<std::int64_t> counts_;
};

// s of a row of cluster `own`, from the sums of its distances to the rows of each cluster.
double silhouette_of(const LaneDoubles* sums, Index lane, Index own, const std::vector<std::int64_t>& counts) {
  if (counts[size(own)] <= 1) return 0;
  const double a = sums[own][lane] / static_cast<double>(counts[size(own)] - 1);
  double b = std::numeric_limits<double>::infinity();
  for (Index c = 0; c < std::ssize(counts); ++c)
    if (c != own && counts[size(c)] > 0) b = std::min(b, sums[c][lane] / static_cast<double>(counts[size(c)]));
  const double larger = std::max(a, b);
  return larger > 0 ? (b - a) / larger : 0;
}

// s of each of my rows; everyone's rows pass by as often as it takes to keep to the memory. Collective.
std::vector<double> silhouettes(const Communicator& comm, const RowSource& mine, std::span<const std::int32_t> labels,
                                const std::vector<std::int64_t>& counts, Everyone everyone,
                                const std::function<void(double)>& on_progress) {
  const Index d = mine.width, k = std::ssize(counts);
  constexpr Index tile_bytes = Index{64} << 20;
  const Index group_bytes = d * static_cast<Index>(sizeof(Lanes)) + k * static_cast<Index>(sizeof(LaneDoubles));
  const Index most_groups = std::max<Index>(1, tile_bytes / group_bytes), tile = most_groups * lane_count;
  const Index passes = comm.max((mine.count + tile - 1) / tile);
  const auto all = static_cast<double>(comm.sum(mine.count) * passes);
  std::vector<double> values;
  AlignedVector<Lanes> x;
  AlignedVector<LaneDoubles> sums;
  std::vector<float> rows;
  double done = 0;
  for (Index pass = 0; pass < passes; ++pass) {
    const Index first = std::min(mine.count, pass * tile), count = std::min(tile, mine.count - first);
    const Index groups = (count + lane_count - 1) / lane_count;
    x.assign(size(groups * d), Lanes{});
    sums.assign(size(groups * k), LaneDoubles{});
    for (Index g = 0; g < groups; ++g) {
      const Index at = first + g * lane_count, in_use = std::min(lane_count, first + count - at);
      const RowView view = mine.read(at, in_use);
      rows.resize(size(lane_count * d));
      for (Index i = 0; i < in_use; ++i) view.to_floats(i, rows.data() + i * d);
      load_lane_rows(rows.data(), in_use, d, x.data() + g * d);
    }
    everyone.for_pieces([&](const Labelled& piece, Index piece_rows) {
      for (Index g = 0; g < groups; ++g)
        add_cluster_distances(x.data() + g * d, piece.rows.data(), piece.labels.data(), piece_rows, d,
                              sums.data() + g * k);
      done += static_cast<double>(piece_rows);
      if (on_progress) on_progress(done / all);
    });
    for (Index i = 0; i < count; ++i)
      values.push_back(
          silhouette_of(sums.data() + i / lane_count * k, i % lane_count, labels[size(first + i)], counts));
  }
  return values;
}

// The numbers of `sample` of `n` rows, ascending; the same on all ranks.
std::vector<Index> drawn_rows(Index n, Index sample, std::uint64_t seed) {
  Random random(seed, Stream::silhouette_sample);
  std::unordered_set<Index> drawn;  // Floyd's way: as many draws as rows wanted. Bentley, Floyd 1987.
  for (Index i = n - sample; i < n; ++i)
    if (const Index row = random.below(i + 1); !drawn.insert(row).second) drawn.insert(i);
  std::vector<Index> rows(drawn.begin(), drawn.end());
  std::sort(rows.begin(), rows.end());
  return rows;
}

// All ranks' rows of the sample, on all ranks. Collective.
Labelled gathered_sample(const Communicator& comm, const RowSource& rows, std::span<const std::int32_t> labels,
                         Index global_rows, const std::vector<Index>& sample) {
  const Shard shard = my_shard(comm, global_rows);
  std::vector<float> mine;
  std::vector<std::int64_t> mine_labels;
  auto next = std::lower_bound(sample.begin(), sample.end(), shard.begin);
  for_panels(rows, [&](Index first, const RowView& panel) {
    for (; next != sample.end() && *next < shard.begin + first + panel.count; ++next) {
      mine.resize(mine.size() + size(rows.width));
      panel.to_floats(*next - shard.begin - first, mine.data() + mine.size() - rows.width);
      mine_labels.push_back(labels[size(*next - shard.begin)]);
    }
  });
  const auto all = comm.concatenate(std::span<const std::int64_t>(mine_labels));
  return {comm.concatenate(std::span<const float>(mine)), {all.begin(), all.end()}};
}

}  // namespace

double silhouette_multiply_adds(Index rows, Index d) {
  return static_cast<double>(rows) * static_cast<double>(rows) * static_cast<double>(d);
}

Silhouette silhouette(const Communicator& comm, const RowSource& rows, std::span<const std::int32_t> labels,
                      Index global_rows, Index k, Index sample, std::uint64_t seed,
                      const std::function<void(double share)>& on_progress) {
  const bool all = sample <= 0 || sample >= global_rows;
  Labelled drawn;
  Matrix part;
  RowSource mine = rows;
  if (!all) {
    drawn = gathered_sample(comm, rows, labels, global_rows, drawn_rows(global_rows, sample, seed));
    const Shard share = RowBlocks::of(sample).shard(comm.rank(), comm.size());
    part = Eigen::Map<const Matrix>(drawn.rows.data(), sample, rows.width).middleRows(share.begin, share.size());
    mine = source_of(part);
    labels = std::span<const std::int32_t>(drawn.labels).subspan(size(share.begin), size(share.size()));
  }
  std::vector<std::int64_t> counts(size(k), 0);
  for (const std::int32_t label : labels) ++counts[size(label)];
  comm.sum(counts);

  Silhouette result{undefined, std::vector<double>(size(k), undefined), all ? global_rows : sample, {}};
  if (std::count_if(counts.begin(), counts.end(), [](std::int64_t n) { return n > 0; }) < 2) return result;
  const std::vector<double> values = silhouettes(comm, mine, labels, counts, Everyone(comm, mine, labels), on_progress);
  ExactSum sums(k + 1, 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    sums.add(std::span(&values[i], 1), labels[i]);
    sums.add(std::span(&values[i], 1), k);
  }
  sums.reduce(comm);
  result.mean = sums[k] / static_cast<double>(result.rows);
  for (Index c = 0; c < k; ++c)
    if (counts[size(c)] > 0) result.by_cluster[size(c)] = sums[c] / static_cast<double>(counts[size(c)]);
  if (all) result.values.assign(values.begin(), values.end());
  return result;
}

}  // namespace shoal
