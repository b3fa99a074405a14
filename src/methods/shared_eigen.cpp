#include "shoal/methods/shared_eigen.hpp"

#include <array>

#include "shoal/math/symmetric_rows.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {
namespace {

/// Products of the root's blocks, each rank's rows by itself. The root asks, the others serve until it has done.
class SharedProducts {
 public:
  SharedProducts(const Communicator& comm, const MatrixD& symmetric)
      : comm_(comm), symmetric_(symmetric), shard_(Shard::of(symmetric.rows(), comm.rank(), comm.size())) {}

  void multiply(const MatrixD& x, MatrixD& y) const {
    announce(x.cols());
    MatrixD same = x;
    take_part(same, y);
  }

  void finish() const { announce(0); }

  void serve() const {
    MatrixD y;
    for (Index width = hear(0); width > 0; width = hear(0)) {
      MatrixD x(symmetric_.rows(), width);
      take_part(x, y);
    }
  }

 private:
  void announce(Index width) const { hear(width); }

  Index hear(Index width) const {
    std::array<std::int64_t, 1> said{width};
    comm_.broadcast(said);
    return said[0];
  }

  void take_part(MatrixD& x, MatrixD& y) const {
    comm_.broadcast(std::span(x.data(), static_cast<std::size_t>(x.size())));
    std::vector<double> mine(static_cast<std::size_t>(shard_.size() * x.cols()));
    multiply_rows(symmetric_, shard_.begin, shard_.size(), x, mine.data());
    const std::vector<double> all = comm_.concatenate(std::span<const double>(mine));
    y = Eigen::Map<const MatrixD>(all.data(), x.rows(), x.cols());
  }

  const Communicator& comm_;
  const MatrixD& symmetric_;
  Shard shard_;
};

}  // namespace

SymmetricEigen shared_eigenpairs(const Communicator& comm, MatrixD& symmetric, Index k) {
  const Index d = symmetric.rows();
  const bool shared = eigenpairs_are_few(d, k);
  if (shared) mirror_upper_triangle(symmetric);
  const SharedProducts products(comm, symmetric);
  SymmetricEigen found{VectorD(k), MatrixD(k, d)};
  std::exception_ptr failure;
  if (comm.is_root()) {
    try {
      found = leading_eigenpairs(symmetric, k, [&](const MatrixD& x, MatrixD& y) { products.multiply(x, y); });
    } catch (...) {
      failure = std::current_exception();
    }
  }
  if (shared) comm.is_root() ? products.finish() : products.serve();
  throw_together(comm, failure);
  comm.broadcast(std::span(found.values.data(), static_cast<std::size_t>(k)));
  comm.broadcast(std::span(found.vectors.data(), static_cast<std::size_t>(k * d)));
  return found;
}

}  // namespace shoal
