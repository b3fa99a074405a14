#pragma once
#include <algorithm>
#include <span>

#include "shoal/core/matrix.hpp"
#include "shoal/core/random.hpp"
#include "shoal/parallel/shard.hpp"
#include "test_world.hpp"

namespace shoal {

/// One rank alone, whatever mpirun gave: what distributed results are compared with.
inline Communicator test_alone() {
  return Communicator(MPI_COMM_SELF);
}

/// Rows [shard.begin, shard.end) of `clouds` normal clouds of unit width whose middles lie `distance` apart or more or
/// less; row i belongs to cloud i mod clouds. A function of the global row, as every rank must see the same data.
inline Matrix test_clusters(const Shard& shard, Index d, Index clouds, double distance = 4) {
  Matrix rows(shard.size(), d);
  for (Index i = 0; i < shard.size(); ++i) {
    const Index row = shard.begin + i;
    Random noise(1, Stream::test, static_cast<std::uint64_t>(row));
    Random middle(2, Stream::test, static_cast<std::uint64_t>(row % clouds));
    for (Index j = 0; j < d; ++j) rows(i, j) = static_cast<float>(noise.normal() + distance * middle.normal());
  }
  return rows;
}

/// All rows of them.
inline Matrix test_clusters(Index n, Index d, Index clouds, double distance = 4) {
  return test_clusters(Shard{n, 0, n}, d, clouds, distance);
}

/// The rows of `all` that belong to this rank's shard of their RowBlocks.
inline Matrix my_part(const Communicator& comm, const Matrix& all) {
  const Shard shard = RowBlocks::of(all.rows()).shard(comm.rank(), comm.size());
  return all.middleRows(shard.begin, shard.size());
}

/// A (rows, cols) matrix of values that a reference file lists row by row.
template <class M, class T>
M test_matrix(const T& values, Index rows, Index cols) {
  M m(rows, cols);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = values[static_cast<std::size_t>(i)];
  return m;
}

/// Its elements.
template <class M>
auto elements(const M& m) {
  return std::span(m.data(), static_cast<std::size_t>(m.size()));
}

/// True when the two hold the same bytes.
template <class A, class B>
bool same_bits(const A& a, const B& b) {
  const auto x = std::as_bytes(std::span(a)), y = std::as_bytes(std::span(b));
  return std::equal(x.begin(), x.end(), y.begin(), y.end());
}

}  // namespace shoal
