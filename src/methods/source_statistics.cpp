#include "shoal/methods/source_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "shoal/core/error.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

constexpr Index panel_rows = 256;

/// Row `i` as floats: where it lies, or converted into `buffer`.
const float* row_of(const RowView& view, Index i, std::vector<float>& buffer) {
  if (view.type == ElementType::float32) return reinterpret_cast<const float*>(view.bytes) + i * view.width;
  view.to_floats(i, buffer.data());
  return buffer.data();
}

[[noreturn]] void refuse(const char* what, Index row, Index column, float value) {
  throw numerics_error(std::string(what) + ": row " + std::to_string(row) + ", column " + std::to_string(column) +
                           " is " + std::to_string(value) + ".",
                       "Remove or replace such rows, or look at what made them.");
}

/// This rank's extremes; throws where an element is not finite.
std::pair<std::vector<double>, std::vector<double>> my_extremes(const Communicator& comm, const RowSource& rows,
                                                                Index global_rows, const char* what) {
  const auto d = static_cast<std::size_t>(rows.width);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> least(d, infinity), most(d, -infinity), buffer(d);
  Index row = my_shard(comm, global_rows).begin;
  for_each_panel(comm, rows, global_rows, panel_rows, [&](const RowView& view) {
    for (Index i = 0; i < view.count; ++i, ++row) {
      const float* x = row_of(view, i, buffer);
      bool finite = true;
      for (std::size_t j = 0; j < d; ++j) {
        finite &= std::abs(x[j]) <= std::numeric_limits<float>::max();  // false for NaN
        least[j] = std::min(least[j], x[j]);
        most[j] = std::max(most[j], x[j]);
      }
      for (std::size_t j = 0; !finite && j < d; ++j)
        if (!std::isfinite(x[j])) refuse(what, row, static_cast<Index>(j), x[j]);
    }
  });
  return {{least.begin(), least.end()}, {most.begin(), most.end()}};
}

}  // namespace

void for_each_panel(const Communicator& comm, const RowSource& rows, Index global_rows, Index most_rows,
                    const std::function<void(const RowView&)>& body) {
  for (const MyBlock block : my_blocks(comm, rows.count, global_rows))
    for (Index first = 0; first < block.count; first += most_rows)
      body(rows.read(block.first + first, std::min(most_rows, block.count - first)));
}

// Clamped such that it is a float, and a difference of the largest floats times it is at most 8.
double scale_to_one(double largest) {
  if (!(largest > 0) || !std::isfinite(largest)) return 1;
  int exponent = 0;
  std::frexp(largest, &exponent);  // largest < 2^exponent
  return std::ldexp(1.0, std::clamp(-exponent, -126, 126));
}

SourceStatistics source_statistics(const Communicator& comm, const RowSource& rows, Index global_rows,
                                   const char* what) {
  const Index d = rows.width;
  auto [least, most] = agree(comm, [&] { return my_extremes(comm, rows, global_rows, what); });
  for (double& value : least) value = -value;
  comm.max(least);
  comm.max(most);
  SourceStatistics result{VectorD(d), Eigen::Map<const VectorD>(most.data(), d), VectorD(d)};
  for (Index j = 0; j < d; ++j) result.least[j] = -least[static_cast<std::size_t>(j)];

  // Each column is scaled to magnitude 1, so that a large one costs a small one nothing.
  VectorD scale(d);
  for (Index j = 0; j < d; ++j) scale[j] = scale_to_one(std::max(-result.least[j], result.most[j]));
  ExactSum total(d, bound_exponent_of(static_cast<double>(panel_rows)) + 1);
  agree(comm, [&] {
    std::vector<double> sums(static_cast<std::size_t>(d));
    std::vector<float> buffer(static_cast<std::size_t>(d));
    for_each_panel(comm, rows, global_rows, panel_rows, [&](const RowView& view) {
      std::fill(sums.begin(), sums.end(), 0.0);
      for (Index i = 0; i < view.count; ++i) {
        const float* x = row_of(view, i, buffer);
        for (Index j = 0; j < d; ++j) sums[static_cast<std::size_t>(j)] += static_cast<double>(x[j]) * scale[j];
      }
      total.add(std::span<const double>(sums));
    });
  });
  total.reduce(comm);
  for (Index j = 0; j < d; ++j) result.mean[j] = total[j] / static_cast<double>(global_rows) / scale[j];
  return result;
}

}  // namespace shoal
