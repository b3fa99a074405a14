#include "shoal/math/mutual_repulsion.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "pair_kernel.hpp"

namespace shoal {
namespace {

constexpr Index most_targets = 512, most_sources = 128;
constexpr Index most_groups = most_targets / lane_count;
static_assert(most_targets % most_sources == 0 && most_sources % lane_count == 0);

struct WholeSums {
  std::int64_t *kernel, *x, *y;

  WholeSums from(Index point) const { return {kernel + point, x + point, y + point}; }
};

void add_whole(const Lanes& values, Index count, double factor, std::int64_t* sums) {
  std::int64_t whole[lane_count];
  for (Index i = 0; i < lane_count; ++i) whole[i] = static_cast<std::int64_t>(static_cast<double>(values[i]) * factor);
  for (Index i = 0; i < count; ++i) sums[i] += whole[i];
}

void add_whole(const PairSums& values, Index count, double factor, const WholeSums& sums) {
  add_whole(values.z, count, factor, sums.kernel);
  add_whole(values.x, count, factor, sums.x);
  add_whole(values.y, count, factor, sums.y);
}

/// The points of a tile, in groups of 16, and what they get.
struct Targets {
  Index count;
  Lanes x[most_groups], y[most_groups];
  PairSums got[most_groups];

  Targets(const Points& points, Index first, Index end) : count(end - first) {
    const Index groups = (count + lane_count - 1) / lane_count;
    x[groups - 1] = y[groups - 1] = Lanes{};
    std::copy_n(points.x.data() + first, count, reinterpret_cast<float*>(x));
    std::copy_n(points.y.data() + first, count, reinterpret_cast<float*>(y));
    std::fill_n(got, groups, PairSums{});
  }

  void give(double factor, const WholeSums& sums) const {
    for (Index i = 0; i < count; i += lane_count)
      add_whole(got[i / lane_count], std::min(lane_count, count - i), factor, sums.from(i));
  }
};

/// Sources with targets before them, each pair once; counts are multiples of 16.
void meet_before(const float* px, const float* py, Targets& targets, PairSums* back) {
  PairSums sources[pairs_at_once];
  const Index groups = targets.count / lane_count;
  for (Index g = 0; g < groups; ++g) {
    Pair pairs[pairs_at_once];
    look_at_four(px, py, targets.x[g], targets.y[g], pairs);
    PairSums got = targets.got[g];
#pragma GCC unroll 4
    for (int p = 0; p < pairs_at_once; ++p) add(pairs[p], got, sources[p]);
    targets.got[g] = got;
  }
  std::copy_n(sources, pairs_at_once, back);
}

void meet_before(float px, float py, Targets& targets, PairSums& back) {
  const Index groups = targets.count / lane_count;
  for (Index g = 0; g < groups; ++g) add(look_at_one(px, py, targets.x[g], targets.y[g]), targets.got[g], back);
}

/// Sources that are the targets themselves: each pair from either end.
void meet_among(const float* px, const float* py, Index count, Targets& targets) {
  for (Index g = 0; g * lane_count < targets.count; ++g) {
    PairSums got;
    Index j = 0;
    for (; j + pairs_at_once <= count; j += pairs_at_once) add_four(px + j, py + j, targets.x[g], targets.y[g], got);
    for (; j < count; ++j) add(look_at_one(px[j], py[j], targets.x[g], targets.y[g]), got);
    targets.got[g] = got;
  }
}

/// Vectors interleaved with those that follow half of them later, and their halves added: four times over, lane i is
/// the sum of all lanes of vector i.
template <int count>
void add_halves(Lanes (&v)[lane_count]) {
#pragma GCC unroll 8
  for (int i = 0; i < count / 2; ++i) {
    const Lanes a = v[i], b = v[i + count / 2];
    v[i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23) +
           __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  }
}

/// What 16 sources got, one a lane.
Lanes sums_of_lanes(const PairSums* back, Lanes PairSums::*quantity) {
  Lanes v[lane_count];
  for (Index i = 0; i < lane_count; ++i) v[i] = back[i].*quantity;
  add_halves<16>(v);
  add_halves<8>(v);
  add_halves<4>(v);
  add_halves<2>(v);
  return v[0];
}

void add_tile(const Points& points, Index source, Index target, double factor, const WholeSums& sums) {
  const Index n = points.size(), count = std::min(most_sources, n - source);
  const float *px = points.x.data() + source, *py = points.y.data() + source;
  if (target == source) {
    Targets targets(points, source, source + count);
    meet_among(px, py, count, targets);
    return targets.give(factor, sums.from(source));
  }
  Targets targets(points, target, std::min(target + most_targets, source));
  PairSums back[most_sources];
  Index j = 0;
  for (; j + pairs_at_once <= count; j += pairs_at_once) meet_before(px + j, py + j, targets, back + j);
  for (; j < count; ++j) meet_before(px[j], py[j], targets, back[j]);
  targets.give(factor, sums.from(target));
  for (j = 0; j < count; j += lane_count)
    add_whole({sums_of_lanes(back + j, &PairSums::z), sums_of_lanes(back + j, &PairSums::x),
               sums_of_lanes(back + j, &PairSums::y)},
              std::min(lane_count, count - j), factor, sums.from(source + j));
}

}  // namespace

MutualRepulsion::MutualRepulsion(const Points& points)
    : points_(points),
      unit_(std::ldexp(1.0, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(points.size()))) - 61)) {}

void MutualRepulsion::add(Index first, Index stride, std::span<std::int64_t> kernel, std::span<std::int64_t> x,
                          std::span<std::int64_t> y) const {
  const WholeSums sums{kernel.data(), x.data(), y.data()};
  Index tile = 0, next = first;
  const auto take = [&](Index source, Index target) {
    if (tile++ != next) return;
    add_tile(points_, source, target, 1 / unit_, sums);
    next += stride;
  };
  for (Index source = 0; source < points_.size(); source += most_sources) {
    for (Index target = 0; target < source; target += most_targets) take(source, target);
    take(source, source);
  }
}

}  // namespace shoal
