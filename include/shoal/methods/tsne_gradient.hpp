#pragma once
#include <vector>

#include "shoal/math/repulsion.hpp"
#include "shoal/math/sparse_rows.hpp"
#include "shoal/methods/grid_repulsion.hpp"
#include "shoal/parallel/communicator.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {

/// How the repulsion of all points is summed.
enum class GradientMethod {
  automatic,   ///< exact up to 2,048 points, fft beyond
  exact,       ///< pair by pair
  barnes_hut,  ///< far points together, by a quadtree
  fft          ///< interpolation on a grid; pair by pair in maps where that is cheaper
};

/// The gradient of t-SNE's objective KL(P || Q) = sum_ij p_ij log(p_ij / q_ij), q_ij = w_ij / z, w_ij = 1 / (1 + |y_i -
/// y_j|^2), z = sum_{k != l} w_kl:   dKL/dy_i = 4 sum_j (p_ij - q_ij) w_ij (y_i - y_j).
/// van der Maaten, Hinton 2008, JMLR 9.
class TsneGradient {
 public:
  /// affinities: of this rank's shard of RowBlocks (joint_affinities), which must stay. theta: of barnes_hut.
  /// Collective.
  TsneGradient(const Communicator& comm, const SparseRows& affinities, Index global_rows, GradientMethod method,
               double theta);

  /// The gradient of my rows, the affinities multiplied by `exaggeration`. points: all n, the same on all ranks.
  /// x, y (my rows), out. The same bits for any number of ranks. Collective.
  void operator()(const Points& points, double exaggeration, std::span<float> x, std::span<float> y);

  /// z of the last gradient; NaN where numbers failed.
  double normalization() const { return z_; }

  /// The divergence KL(P || Q) at `points`, with the z of the last gradient, which must have been taken there.
  /// Collective.
  double divergence(const Points& points) const;

  /// The method that `automatic` stands for.
  static GradientMethod chosen(GradientMethod method, Index n);

 private:
  Repulsion repulsion(const Points& points);
  double sum_over_rows(std::span<const double> terms, double bound) const;

  Communicator comm_;
  const SparseRows& affinities_;
  Index global_rows_;
  Shard shard_;
  GradientMethod method_;
  double theta_;
  GridRepulsion grid_;
  double z_ = 0;
  double sum_ = 0, entropy_ = 0;  // sum p, -sum p log p
};

}  // namespace shoal
