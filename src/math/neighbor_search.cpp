#include "shoal/math/neighbor_search.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>

#include "shoal/math/lane_rows.hpp"
#include "shoal/math/row_distance.hpp"

namespace shoal {
namespace {

constexpr Index tile = 8;  // rows that are compared at once, with 32 queries
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float smallest = 0x1p-100f;  // above what underflow can take from a sum of squares

using LaneNumbers = std::int32_t __attribute__((vector_size(64)));

/// sums[g][t] = norms[t] + queries_g . rows_t, for 2 x 16 queries (2, d) and 8 rows (d, 8).
void multiply(const Lanes* queries, const float* rows, const float* norms, Index d, Lanes (&sums)[2][tile]) {
  Lanes a[tile], b[tile];
#pragma GCC unroll 8
  for (int t = 0; t < tile; ++t) a[t] = b[t] = broadcast(norms[t]);
  const Lanes *x = queries, *y = queries + d;
  for (Index j = 0; j < d; ++j) {
    const Lanes u = x[j], v = y[j];
#pragma GCC unroll 8
    for (int t = 0; t < tile; ++t) {
      const Lanes row = broadcast(rows[j * tile + t]);
      a[t] += u * row;
      b[t] += v * row;
    }
  }
#pragma GCC unroll 8
  for (int t = 0; t < tile; ++t) {
    sums[0][t] = a[t];
    sums[1][t] = b[t];
  }
}

/// True where one of the tile's numbers lies below its lane's threshold.
LaneNumbers below(const Lanes (&sums)[tile], const Lanes& thresholds) {
  Lanes least = sums[0];
#pragma GCC unroll 8
  for (int t = 1; t < tile; ++t) least = sums[t] < least ? sums[t] : least;
  return least < thresholds;
}

bool any(const LaneNumbers& mask) {
  using Words = std::int64_t __attribute__((vector_size(64)));
  const auto w = reinterpret_cast<Words>(mask);
  return ((w[0] | w[1]) | (w[2] | w[3]) | (w[4] | w[5]) | (w[6] | w[7])) != 0;
}

/// How many rows are packed at a time, so that they stay in the second-level cache beside the queries.
Index rows_at_once(Index d) {
  return std::clamp<Index>((Index{1} << 16) / d / tile * tile, 64, 4096);
}

}  // namespace

NeighborSearch::NeighborSearch(const float* queries, Index count, Index d, Index k, SearchFrame frame,
                               std::vector<std::int32_t> own)
    : queries_(queries),
      count_(count),
      d_(d),
      k_(k),
      capacity_(k + std::max<Index>(16, k / 2)),
      frame_(std::move(frame)),
      own_(std::move(own)),
      // Rounding the centred rows and summing d products errs by (d + 4) u (|x| + |c|)^2 at most, u = 2^-24; twice
      // that.
      margin_(4 * static_cast<float>(d + 8) * 0x1p-24f * 2),
      least_norms_(static_cast<std::size_t>(count)),
      thresholds_(static_cast<std::size_t>(count), std::numeric_limits<float>::max()),
      chosen_groups_(static_cast<std::size_t>(2 * d)),
      kept_(static_cast<std::size_t>(count * capacity_)),
      sizes_(static_cast<std::size_t>(count), 0) {
  AlignedVector<Lanes> group(static_cast<std::size_t>(d));
  for (Index first = 0; first < count; first += lane_count) {
    const Index here = std::min(lane_count, count - first);
    load_lane_rows(queries + first * d, here, d, group.data());
    Lanes norm{};
    for (Index j = 0; j < d; ++j) {
      const Lanes x = (group[static_cast<std::size_t>(j)] - frame_.origin[static_cast<std::size_t>(j)]) * frame_.scale;
      norm += x * x;
    }
    for (Index i = 0; i < here; ++i) least_norms_[static_cast<std::size_t>(first + i)] = (1 - margin_) * norm[i];
  }
}

/// Up to 32 queries side by side, as -2 scale (x - origin): groups (2, d).
void NeighborSearch::pack_queries(const std::int32_t* chosen, Index count, Lanes* groups) const {
  for (Index g = 0; g < 2; ++g) {
    const float* rows[lane_count];
    for (Index i = 0; i < lane_count; ++i)
      rows[i] = queries_ + chosen[std::min(g * lane_count + i, count - 1)] * d_;  // the last one fills up
    Lanes* group = groups + g * d_;
    load_lane_rows(rows, d_, group);
    for (Index j = 0; j < d_; ++j)
      group[j] = -2 * frame_.scale * (group[j] - frame_.origin[static_cast<std::size_t>(j)]);
  }
}

void NeighborSearch::pack_rows(const float* rows, Index count) {
  const Index tiles = (count + tile - 1) / tile;
  packed_.assign(static_cast<std::size_t>(tiles * d_ * tile), 0);
  norms_.assign(static_cast<std::size_t>(tiles * tile), infinity);
  for (Index i = 0; i < count; ++i) {
    const float* row = rows + i * d_;
    float* to = packed_.data() + i / tile * d_ * tile + i % tile;
    double norm = 0;
    for (Index j = 0; j < d_; ++j) {
      const float x = (row[j] - frame_.origin[static_cast<std::size_t>(j)]) * frame_.scale;
      norm += static_cast<double>(x) * static_cast<double>(x);
      to[j * tile] = x;
    }
    norms_[static_cast<std::size_t>(i)] = (1 - margin_) * static_cast<float>(norm);
  }
}

void NeighborSearch::shrink(std::size_t query) {
  Neighbor* kept = kept_.data() + static_cast<Index>(query) * capacity_;
  std::nth_element(kept, kept + k_ - 1, kept + sizes_[query]);
  sizes_[query] = static_cast<std::int32_t>(k_);
  const auto scale = static_cast<double>(frame_.scale);
  const double farthest = kept[k_ - 1].squared_distance * scale * scale;
  // The double sum may itself err in its last bits; a float must not round it down.
  const auto bound = static_cast<float>(farthest * (1 + 0x1p-22)) + smallest;
  thresholds_[query] = bound - least_norms_[query] + 0x1p-22f * least_norms_[query];
}

void NeighborSearch::keep(std::size_t query, const Neighbor& found) {
  std::int32_t& size = sizes_[query];
  kept_[query * static_cast<std::size_t>(capacity_) + static_cast<std::size_t>(size)] = found;
  if (++size == capacity_) shrink(query);
}

/// Compares the packed rows with up to 32 queries, packed in `groups`.
void NeighborSearch::sift(const Lanes* groups, const std::int32_t* chosen, Index queries, const float* rows,
                          std::span<const std::int32_t> numbers) {
  alignas(64) float thresholds[pair];
  for (Index i = 0; i < pair; ++i)
    thresholds[i] = i < queries ? thresholds_[static_cast<std::size_t>(chosen[i])] : -infinity;
  Lanes sums[2][tile];
  const auto count = static_cast<Index>(numbers.size());
  for (Index first = 0; first < count; first += tile) {
    multiply(groups, packed_.data() + first * d_, norms_.data() + first, d_, sums);
    for (int g = 0; g < 2; ++g) {
      Lanes limits;
      std::memcpy(&limits, thresholds + g * lane_count, sizeof limits);
      const LaneNumbers hits = below(sums[g], limits);
      if (!any(hits)) continue;
      for (Index i = 0; i < lane_count; ++i) {
        if (!hits[i]) continue;
        const Index lane = g * lane_count + i;
        const auto query = static_cast<std::size_t>(chosen[lane]);
        for (Index t = 0; t < tile; ++t) {
          if (!(sums[g][t][i] < thresholds[lane])) continue;
          const std::int32_t number = numbers[static_cast<std::size_t>(first + t)];
          if (!own_.empty() && own_[query] == number) continue;
          keep(query, {squared_distance(queries_ + chosen[lane] * d_, rows + (first + t) * d_, d_), number});
          thresholds[lane] = thresholds_[query];  // it falls as rows are kept
        }
      }
    }
  }
}

void NeighborSearch::visit(const float* rows, Index count, Index first_row) {
  std::vector<std::int32_t> all(static_cast<std::size_t>(count_)), numbers(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  std::iota(numbers.begin(), numbers.end(), static_cast<std::int32_t>(first_row));
  const Index step = rows_at_once(d_), pairs = (count_ + pair - 1) / pair;
  if (groups_.empty()) {
    groups_.resize(static_cast<std::size_t>(pairs * 2 * d_));
    for (Index p = 0; p < pairs; ++p)
      pack_queries(all.data() + p * pair, std::min(pair, count_ - p * pair), groups_.data() + p * 2 * d_);
  }
  for (Index first = 0; first < count; first += step) {
    const Index here = std::min(step, count - first);
    pack_rows(rows + first * d_, here);
    for (Index p = 0; p < pairs; ++p)
      sift(groups_.data() + p * 2 * d_, all.data() + p * pair, std::min(pair, count_ - p * pair), rows + first * d_,
           std::span(numbers).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(here)));
  }
}

void NeighborSearch::visit(const float* rows, std::span<const std::int32_t> numbers,
                           std::span<const std::int32_t> chosen) {
  const auto count = static_cast<Index>(numbers.size()), queries = static_cast<Index>(chosen.size());
  const Index step = rows_at_once(d_);
  for (Index first = 0; first < count && queries > 0; first += step) {
    const Index here = std::min(step, count - first);
    pack_rows(rows + first * d_, here);
    for (Index query = 0; query < queries; query += pair) {
      const Index side_by_side = std::min(pair, queries - query);
      pack_queries(chosen.data() + query, side_by_side, chosen_groups_.data());
      sift(chosen_groups_.data(), chosen.data() + query, side_by_side, rows + first * d_,
           numbers.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(here)));
    }
  }
}

std::vector<Neighbor> NeighborSearch::take() {
  std::vector<Neighbor> all;
  all.reserve(static_cast<std::size_t>(count_ * k_));
  for (Index query = 0; query < count_; ++query) {
    Neighbor* kept = kept_.data() + query * capacity_;
    std::sort(kept, kept + sizes_[static_cast<std::size_t>(query)]);
    all.insert(all.end(), kept, kept + k_);
  }
  kept_ = {};
  return all;
}

}  // namespace shoal
