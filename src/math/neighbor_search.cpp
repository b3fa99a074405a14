#include "shoal/math/neighbor_search.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "shoal/math/lane_rows.hpp"
#include "shoal/math/row_distance.hpp"

namespace shoal {
namespace {

constexpr Index tile = 8;               // rows that are compared at once
constexpr Index pair = 2 * lane_count;  // with so many queries
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
  const Words w = reinterpret_cast<Words>(mask);
  return ((w[0] | w[1]) | (w[2] | w[3]) | (w[4] | w[5]) | (w[6] | w[7])) != 0;
}

/// How many rows are packed at a time, so that they stay in the second-level cache beside the queries.
Index rows_at_once(Index d) {
  return std::clamp<Index>((Index{1} << 16) / d / tile * tile, 64, 4096);
}

}  // namespace

NeighborSearch::NeighborSearch(const float* queries, Index count, Index d, Index k, const std::vector<float>& origin,
                               float scale, Index first_row)
    : queries_(queries),
      count_(count),
      d_(d),
      k_(k),
      capacity_(k + std::max<Index>(16, k / 2)),
      first_row_(first_row),
      origin_(origin),
      scale_(scale),
      // Rounding the centred rows and summing d products errs by (d + 4) u (|x| + |c|)^2 at most, u = 2^-24; twice
      // that.
      margin_(4 * static_cast<float>(d + 8) * 0x1p-24f * 2),
      kept_(static_cast<std::size_t>(count * capacity_)),
      sizes_(static_cast<std::size_t>(count), 0) {
  const Index pairs = (count + pair - 1) / pair;
  groups_.assign(static_cast<std::size_t>(pairs * 2 * d), Lanes{});
  least_norms_.assign(static_cast<std::size_t>(pairs * pair), 0);
  thresholds_.assign(static_cast<std::size_t>(pairs * pair), -infinity);
  for (Index first = 0; first < count; first += lane_count) {
    const Index here = std::min(lane_count, count - first);
    Lanes* group = groups_.data() + first / lane_count * d;
    load_lane_rows(queries + first * d, here, d, group);
    Lanes norm{};
    for (Index j = 0; j < d; ++j) {
      const Lanes x = (group[j] - origin_[static_cast<std::size_t>(j)]) * scale;
      norm += x * x;
      group[j] = -2 * x;
    }
    for (Index i = 0; i < here; ++i) {
      least_norms_[static_cast<std::size_t>(first + i)] = (1 - margin_) * norm[i];
      thresholds_[static_cast<std::size_t>(first + i)] = std::numeric_limits<float>::max();
    }
  }
}

void NeighborSearch::pack(const float* rows, Index count) {
  const Index tiles = (count + tile - 1) / tile;
  packed_.assign(static_cast<std::size_t>(tiles * d_ * tile), 0);
  norms_.assign(static_cast<std::size_t>(tiles * tile), infinity);
  for (Index i = 0; i < count; ++i) {
    const float* row = rows + i * d_;
    float* to = packed_.data() + i / tile * d_ * tile + i % tile;
    double norm = 0;
    for (Index j = 0; j < d_; ++j) {
      const float x = (row[j] - origin_[static_cast<std::size_t>(j)]) * scale_;
      norm += static_cast<double>(x) * static_cast<double>(x);
      to[j * tile] = x;
    }
    norms_[static_cast<std::size_t>(i)] = (1 - margin_) * static_cast<float>(norm);
  }
}

void NeighborSearch::shrink(Index query) {
  Neighbor* kept = kept_.data() + query * capacity_;
  std::nth_element(kept, kept + k_ - 1, kept + sizes_[static_cast<std::size_t>(query)]);
  sizes_[static_cast<std::size_t>(query)] = static_cast<std::int32_t>(k_);
  const double scale = static_cast<double>(scale_), farthest = kept[k_ - 1].squared_distance * scale * scale;
  // The double sum may itself err in its last bits; a float must not round it down.
  const auto bound = static_cast<float>(farthest * (1 + 0x1p-22)) + smallest;
  thresholds_[static_cast<std::size_t>(query)] =
      bound - least_norms_[static_cast<std::size_t>(query)] + 0x1p-22f * least_norms_[static_cast<std::size_t>(query)];
}

void NeighborSearch::keep(Index query, const Neighbor& found) {
  std::int32_t& size = sizes_[static_cast<std::size_t>(query)];
  kept_[static_cast<std::size_t>(query * capacity_ + size)] = found;
  if (++size == capacity_) shrink(query);
}

void NeighborSearch::sift(Index first_query, const float* rows, Index count, Index first_row) {
  const Lanes* queries = groups_.data() + first_query / lane_count * d_;
  Lanes sums[2][tile];
  for (Index first = 0; first < count; first += tile) {
    multiply(queries, packed_.data() + first * d_, norms_.data() + first, d_, sums);
    for (int g = 0; g < 2; ++g) {
      const Index group = first_query + g * lane_count;
      Lanes thresholds;
      std::memcpy(&thresholds, thresholds_.data() + group, sizeof thresholds);
      const LaneNumbers hits = below(sums[g], thresholds);
      if (!any(hits)) continue;
      for (Index i = 0; i < lane_count; ++i) {
        if (!hits[i]) continue;
        const Index query = group + i;
        for (Index t = 0; t < tile; ++t) {
          // The threshold falls as rows are kept.
          if (!(sums[g][t][i] < thresholds_[static_cast<std::size_t>(query)])) continue;
          const Index row = first_row + first + t;
          if (first_row_ >= 0 && row == first_row_ + query) continue;
          keep(query,
               {squared_distance(queries_ + query * d_, rows + (first + t) * d_, d_), static_cast<std::int32_t>(row)});
        }
      }
    }
  }
}

void NeighborSearch::visit(const float* rows, Index count, Index first_row) {
  seen_ += count;
  const Index step = rows_at_once(d_);
  for (Index first = 0; first < count; first += step) {
    const Index here = std::min(step, count - first);
    pack(rows + first * d_, here);
    for (Index query = 0; query < count_; query += pair) sift(query, rows + first * d_, here, first_row + first);
  }
}

std::vector<Neighbor> NeighborSearch::take() {
  const Index found = std::min(k_, seen_ - (first_row_ >= 0 ? 1 : 0));
  std::vector<Neighbor> all;
  all.reserve(static_cast<std::size_t>(count_ * std::max<Index>(found, 0)));
  for (Index query = 0; query < count_; ++query) {
    Neighbor* kept = kept_.data() + query * capacity_;
    std::sort(kept, kept + sizes_[static_cast<std::size_t>(query)]);
    all.insert(all.end(), kept, kept + found);
  }
  kept_ = {};
  return all;
}

}  // namespace shoal
