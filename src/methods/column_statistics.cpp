#include "shoal/methods/column_statistics.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

/// The exact sums over all rows of term(x_ij, j), each below `largest_term` in magnitude, divided by n.
template <class Term>
VectorD means_of(const Communicator& comm, const Matrix& rows, Index global_rows, double largest_term, Term&& term) {
  const Index d = rows.cols();
  const double largest_sum = largest_term * static_cast<double>(RowBlocks::of(global_rows).block_rows);
  ExactSum total(d, bound_exponent_of(largest_sum) + 1);
  VectorD sums(d);
  for (const MyBlock block : my_blocks(comm, rows.rows(), global_rows)) {
    sums.setZero();
    for (Index i = block.first; i < block.first + block.count; ++i) {
      const float* x = rows.data() + i * d;
      for (Index j = 0; j < d; ++j) sums[j] += term(static_cast<double>(x[j]), j);
    }
    total.add(std::span<const double>(sums.data(), static_cast<std::size_t>(d)));
  }
  total.reduce(comm);
  for (Index j = 0; j < d; ++j) sums[j] = global_rows > 0 ? total[j] / static_cast<double>(global_rows) : 0;
  return sums;
}

}  // namespace

double largest_magnitude(const Communicator& comm, const Matrix& rows, Index global_rows, const char* what) {
  const double mine = agree(comm, [&] {
    float largest = 0;
    bool finite = true;
    for (Index i = 0; i < rows.size(); ++i) {
      const float x = std::abs(rows.data()[i]);
      finite &= x <= std::numeric_limits<float>::max();
      largest = x > largest ? x : largest;
    }
    for (Index i = 0; !finite && i < rows.size(); ++i)
      if (!std::isfinite(rows.data()[i]))
        throw numerics_error(std::string(what) + ": row " +
                                 std::to_string(my_shard(comm, global_rows).begin + i / rows.cols()) + ", column " +
                                 std::to_string(i % rows.cols()) + " is " + std::to_string(rows.data()[i]) + ".",
                             "Remove or replace such rows, or look at what made them.");
    return static_cast<double>(largest);
  });
  return comm.max(mine);
}

VectorD column_means(const Communicator& comm, const Matrix& rows, Index global_rows, double magnitude) {
  return means_of(comm, rows, global_rows, magnitude, [](double x, Index) { return x; });
}

VectorD column_variances(const Communicator& comm, const Matrix& rows, Index global_rows, double magnitude,
                         const VectorD& means) {
  return means_of(comm, rows, global_rows, 4 * magnitude * magnitude, [&](double x, Index j) {
    const double centred = x - means[j];
    return centred * centred;
  });
}

}  // namespace shoal
