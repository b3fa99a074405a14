#include "shoal/methods/shared_eigen.hpp"

#include <array>
#include <vector>

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

  void multiply(const MatrixD& x, MatrixD& y) {
    y.resize(x.rows(), x.cols());  // what can fail here alone, before others wait for the rest
    under_way_ = true;
    announce(x.cols());
    prepare(x.cols());
    x_ = x;
    take_part(y);
    under_way_ = false;
  }

  /// The others are in the middle of a product: an error now must not be held back, or they would wait in another call.
  bool is_under_way() const { return under_way_; }

  void finish() const { announce(0); }

  void serve() {
    MatrixD y;
    for (Index width = hear(0); width > 0; width = hear(0)) {
      prepare(width);
      take_part(y);
    }
  }

 private:
  void announce(Index width) const { hear(width); }

  Index hear(Index width) const {
    std::array<std::int64_t, 1> said{width};
    comm_.broadcast(said);
    return said[0];
  }

  // Memory for blocks of this width: all ranks have it, or all throw. They are as wide as the last one, nearly always.
  void prepare(Index width) {
    if (x_.cols() == width) return;
    agree(comm_, [&] {
      x_.resize(symmetric_.rows(), width);
      mine_.resize(static_cast<std::size_t>(shard_.size() * width));
    });
  }

  void take_part(MatrixD& y) {
    comm_.broadcast(std::span(x_.data(), static_cast<std::size_t>(x_.size())));
    multiply_rows(symmetric_, shard_.begin, shard_.size(), x_, mine_.data());
    const std::vector<double> all = comm_.concatenate(std::span<const double>(mine_));
    y = Eigen::Map<const MatrixD>(all.data(), x_.rows(), x_.cols());
  }

  const Communicator& comm_;
  const MatrixD& symmetric_;
  Shard shard_;
  MatrixD x_;                 // the block, (d, width)
  std::vector<double> mine_;  // my rows of the product, (rows, width)
  bool under_way_ = false;
};

}  // namespace

SymmetricEigen shared_eigenpairs(const Communicator& comm, MatrixD& symmetric, Index k) {
  const Index d = symmetric.rows();
  const bool shared = eigenpairs_are_few(d, k);
  if (shared) mirror_upper_triangle(symmetric);
  SharedProducts products(comm, symmetric);
  SymmetricEigen found{VectorD(k), MatrixD(k, d)};
  std::exception_ptr failure;
  if (comm.is_root()) {
    try {
      found = leading_eigenpairs(symmetric, k, [&](const MatrixD& x, MatrixD& y) { products.multiply(x, y); });
    } catch (...) {
      if (products.is_under_way()) throw;
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
