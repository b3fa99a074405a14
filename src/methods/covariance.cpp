#include "shoal/methods/covariance.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <vector>

#include "covariance_ways.hpp"
#include "shoal/math/blas.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/methods/source_statistics.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

constexpr double small_work = 0x1p28;

__extension__ typedef __int128 Wide;  // NOLINT(modernize-use-using): an extension has no such form

double degrees_of_freedom(Index n) {
  return static_cast<double>(std::max<Index>(1, n - 1));  // one row: variance 0, not 0 / 0
}

Covariance covariance_of_bytes(const Communicator& comm, const RowSource& rows, Index n, BytePath path) {
  const Index d = rows.width;
  ByteGram gram(d, path);
  agree(comm, [&] {
    for_each_panel(comm, rows, n, 4096, [&](const RowView& panel) { gram.add(panel); });
    gram.finish();
  });
  sum_upper_triangle(comm, gram.sums(), gram.padded_width());

  Covariance result{VectorD(d), MatrixD::Zero(d, d), "bytes, exactly, by " + name_of(path)};
  std::vector<std::int64_t> sums(static_cast<std::size_t>(d));
  for (Index j = 0; j < d; ++j) {
    sums[static_cast<std::size_t>(j)] = static_cast<std::int64_t>(gram.column_sum(j));
    result.mean[j] = gram.column_sum(j) / static_cast<double>(n);
  }
  const double divisor = static_cast<double>(n) * degrees_of_freedom(n);
  for (Index i = 0; i < d; ++i)
    for (Index j = i; j < d; ++j) {
      const Wide scatter = Wide{n} * static_cast<std::int64_t>(gram.product(i, j)) -
                           Wide{sums[static_cast<std::size_t>(i)]} * sums[static_cast<std::size_t>(j)];
      result.matrix(i, j) = static_cast<double>(scatter) / divisor;
    }
  return result;
}

Covariance covariance_in_doubles(const Communicator& comm, const RowSource& rows, Index n, const char* what) {
  const Index d = rows.width, block_rows = RowBlocks::of(n).block_rows;
  const SourceStatistics statistics = source_statistics(comm, rows, n, what);
  const VectorD scale = scales_of(statistics.least, statistics.most, statistics.mean);
  // The panel's height is fixed, so that BLAS always gets the same shape; its rows beyond the block's end are zero.
  MatrixD panel(std::min(FloatGram::panel_rows, block_rows), d), gram(d, d);
  // |y| <= 1, and at most 8 near the limit of float, where the scale could not be smaller.
  ExactSum total(d * (d + 1) / 2, bound_exponent_of(64 * static_cast<double>(panel.rows())) + 1);
  std::vector<float> x(static_cast<std::size_t>(d));
  agree(comm, [&] {
    for_each_panel(comm, rows, n, panel.rows(), [&](const RowView& view) {
      for (Index i = 0; i < view.count; ++i) {
        view.to_floats(i, x.data());
        for (Index j = 0; j < d; ++j)
          panel(i, j) = (static_cast<double>(x[static_cast<std::size_t>(j)]) - statistics.mean[j]) * scale[j];
      }
      panel.bottomRows(panel.rows() - view.count).setZero();
      gram.setZero();
      add_gram(panel, gram);
      for (Index i = 0, packed = 0; i < d; packed += d - i, ++i)
        total.add(std::span<const double>(&gram(i, i), static_cast<std::size_t>(d - i)), packed);
    });
  });
  total.reduce(comm);
  Covariance result{statistics.mean, MatrixD::Zero(d, d), "doubles"};
  for (Index i = 0, packed = 0; i < d; ++i)
    for (Index j = i; j < d; ++j) result.matrix(i, j) = total[packed++] / degrees_of_freedom(n) / scale[i] / scale[j];
  return result;
}

/// One pass over rows in float. Nothing where the provisional shift or scale turns out to be unfit.
std::optional<Covariance> covariance_in_floats(const Communicator& comm, const RowSource& rows, Index n,
                                               const Provisional& provisional) {
  const Index d = rows.width;
  constexpr int largest_exponent = 3;  // of |y|
  const int n_exponent = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n)));
  FloatGram gram(column_map(provisional), n_exponent + 2 * largest_exponent + 1);
  agree(comm, [&] {
    for_each_panel(comm, rows, n, FloatGram::panel_rows, [&](const RowView& panel) { gram.add(panel); });
    gram.finish();
  });
  std::vector<double> largest;
  for (const float value : gram.largest())
    largest.push_back(std::isfinite(value) ? static_cast<double>(value) : HUGE_VAL);
  comm.max(largest);
  const auto beyond = [](double y) { return y > std::ldexp(1.0, largest_exponent); };
  if (std::any_of(largest.begin(), largest.end(), beyond)) return {};
  gram.subtract_start();
  sum_upper_triangle(comm, gram.sums(), gram.padded_width());

  const auto rows_count = static_cast<double>(n);
  Covariance result{VectorD(d), MatrixD::Zero(d, d), "floats, in panels of 256 rows"};
  VectorD left(d);  // what is left of the mean
  for (Index j = 0; j < d; ++j) {
    left[j] = gram.column_sum(j) / rows_count;
    const double variance = gram.product(j, j) / rows_count - left[j] * left[j];
    const double most = largest[static_cast<std::size_t>(j)];
    const bool fits = most == 0 || (most > least_magnitude && left[j] * left[j] <= 4 * variance);
    if (provisional.first_block_only && !fits) return {};
    result.mean[j] = provisional.shift[j] + left[j] / provisional.scale[j];
  }
  for (Index i = 0; i < d; ++i)
    for (Index j = i; j < d; ++j)
      result.matrix(i, j) = (gram.product(i, j) - rows_count * left[i] * left[j]) / degrees_of_freedom(n) /
                            provisional.scale[i] / provisional.scale[j];
  for (Index j = 0; j < d; ++j) result.matrix(j, j) = std::max(0.0, result.matrix(j, j));
  return result;
}

}  // namespace

Covariance covariance_of(const Communicator& comm, const RowSource& rows, Index global_rows, const char* what,
                         ProductSums sums, BytePath path) {
  const auto d = static_cast<double>(rows.width);
  if (sums == ProductSums::automatic) {
    if (rows.type == ElementType::uint8) return covariance_of_bytes(comm, rows, global_rows, path);
    sums = static_cast<double>(global_rows) * d * d <= small_work ? ProductSums::doubles : ProductSums::floats;
  }
  if (sums == ProductSums::doubles) return covariance_in_doubles(comm, rows, global_rows, what);
  if (auto found = covariance_in_floats(comm, rows, global_rows, provisional_of_first_block(comm, rows, global_rows)))
    return *std::move(found);
  const SourceStatistics exact = source_statistics(comm, rows, global_rows, what);
  return covariance_in_floats(comm, rows, global_rows, provisional_of(exact)).value();
}

}  // namespace shoal
