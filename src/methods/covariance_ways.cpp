#include "covariance_ways.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {
namespace {

VectorD rounded_to_float(const VectorD& values) {
  return values.cast<float>().cast<double>();
}

}  // namespace

VectorD scales_of(const VectorD& least, const VectorD& most, const VectorD& middle) {
  VectorD scale(middle.size());
  for (Index j = 0; j < scale.size(); ++j) scale[j] = scale_to_one(std::max(most[j] - middle[j], middle[j] - least[j]));
  return scale;
}

Provisional provisional_of_first_block(const Communicator& comm, const RowSource& rows, Index global_rows) {
  const Index d = rows.width;
  const auto width = static_cast<std::size_t>(d);
  std::vector<double> shift(width), scale(width, 1.0);
  agree(comm, [&] {
    if (!comm.is_root()) return;
    const Index count = std::min(global_rows, RowBlocks::of(global_rows).block_rows);
    constexpr Index panel_rows = 256;
    std::vector<float> x(width), least(width, HUGE_VALF), most(width, -HUGE_VALF);
    std::vector<double> squares(width);  // about the first row, so that a large offset costs no digits
    std::vector<double> middle;
    for (Index first = 0; first < count; first += panel_rows) {
      const RowView view = rows.read(first, std::min(panel_rows, count - first));
      for (Index i = 0; i < view.count; ++i) {
        view.to_floats(i, x.data());
        if (middle.empty()) middle.assign(x.begin(), x.end());
        for (std::size_t j = 0; j < width; ++j) {
          const double from_first = static_cast<double>(x[j]) - middle[j];
          shift[j] += from_first;
          squares[j] += from_first * from_first;
          least[j] = std::min(least[j], x[j]);
          most[j] = std::max(most[j], x[j]);
        }
      }
    }
    std::vector<double> reach(width), usual(width);
    std::vector<bool> erratic(width);
    for (std::size_t j = 0; j < width; ++j) {
      const double mean = shift[j] / static_cast<double>(count);
      const double spread = std::sqrt(std::max(0.0, squares[j] / static_cast<double>(count) - mean * mean));
      shift[j] = static_cast<double>(static_cast<float>(middle[j] + mean));
      if (!std::isfinite(shift[j])) shift[j] = 0;  // the pass will find such elements, and say where
      reach[j] = std::max(static_cast<double>(most[j]) - shift[j], shift[j] - static_cast<double>(least[j]));
      erratic[j] = !(8 * spread > reach[j]);
      const double extreme = most[j] - shift[j] < shift[j] - least[j] ? most[j] : least[j];
      usual[j] = std::abs(extreme - shift[j]) <= spread ? extreme : shift[j];
    }
    // A pixel that is dark nearly everywhere may be as bright as any other further on. A column that is small in its
    // own right must not be taken for one: it would lose digits, or be out of scale and cost a second pass. Nearly all
    // its values are one, often, which should be 0 then: beside a rare square a float sum would lose theirs.
    const double farthest = *std::max_element(reach.begin(), reach.end());
    const double lifted = farthest / 8;
    for (std::size_t j = 0; j < width; ++j) {
      const bool stays_seen = reach[j] == 0 || reach[j] * scale_to_one(lifted) > least_magnitude;
      if (erratic[j] && stays_seen) {
        reach[j] = std::max(reach[j], lifted);
      } else if (erratic[j]) {
        reach[j] += std::abs(usual[j] - shift[j]);
        shift[j] = usual[j];
      }
      scale[j] = scale_to_one(reach[j]);
    }
  });
  comm.broadcast(shift);
  comm.broadcast(scale);
  return {Eigen::Map<const VectorD>(shift.data(), d), Eigen::Map<const VectorD>(scale.data(), d), true};
}

Provisional provisional_of(const SourceStatistics& statistics) {
  const VectorD shift = rounded_to_float(statistics.mean);
  return {shift, scales_of(statistics.least, statistics.most, shift)};
}

ColumnMap column_map(const Provisional& provisional) {
  ColumnMap map;
  for (Index j = 0; j < provisional.shift.size(); ++j) {
    map.scale.push_back(static_cast<float>(provisional.scale[j]));
    map.offset.push_back(static_cast<float>(provisional.shift[j] * provisional.scale[j]));
  }
  return map;
}

void sum_upper_triangle(const Communicator& comm, std::span<double> sums, Index width) {
  if (comm.size() == 1) return;
  // Packed and unpacked in place: row i's part begins before its place, and the last numbers behind it.
  double* at = sums.data();
  const auto row = [&](Index i) { return sums.data() + i * width; };
  for (Index i = 0; i <= width; ++i) {
    const Index skipped = i < width ? i : 0;
    at = std::copy(row(i) + skipped, row(i) + width, at);
  }
  comm.sum_order_free(std::span(sums.data(), at));
  for (Index i = width; i >= 0; --i) {
    const Index skipped = i < width ? i : 0;
    double* begin = at - (width - skipped);
    std::copy_backward(begin, at, row(i) + width);
    at = begin;
  }
}

}  // namespace shoal
