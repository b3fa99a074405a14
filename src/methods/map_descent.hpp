#pragma once
// A t-SNE map under way: where its points are and how they move; private to the room.
#include <limits>
#include <span>
#include <vector>

#include "shoal/core/matrix.hpp"
#include "shoal/core/snapshot.hpp"
#include "shoal/math/repulsion.hpp"
#include "shoal/parallel/communicator.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {

/// Descent of one coordinate of my points: each has a speed and a gain, which grows while the gradient keeps its
/// direction and shrinks where it turns round (Jacobs 1988, doi 10.1016/0893-6080(88)90003-2).
struct Descent {
  std::vector<float> speed, gain;

  explicit Descent(Index count) : speed(static_cast<std::size_t>(count), 0), gain(static_cast<std::size_t>(count), 1) {}
  void step(std::span<const float> gradient, float momentum, float rate, float* points);
};

/// All n points, the same on all ranks, and what else goes on from iteration to iteration.
struct MapDescent {
  Points points;
  Descent along_x, along_y;  // of my points
  Index iterations = 0;      // done
  bool finished = false, stopped_early = false;
  double least = std::numeric_limits<double>::infinity();  // divergence so far
  Index least_at = 0;
  std::vector<std::int64_t> trace_iterations;
  std::vector<double> trace;  // divergences

  MapDescent(const Communicator& comm, Index global_rows);

  /// Moves my points, and shares all. Collective.
  void step(std::span<const float> x, std::span<const float> y, double momentum, double rate);

  /// (.., 2) of my points. Local.
  Matrix mine() const;

  /// The state for all ranks' points in order. Collective; and back, local.
  Snapshot state() const;
  void restore(const Snapshot& state);

 private:
  const Communicator& comm_;
  Shard shard_;
};

}  // namespace shoal
