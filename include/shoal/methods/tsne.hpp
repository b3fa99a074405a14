#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "shoal/core/matrix.hpp"
#include "shoal/methods/checkpoints.hpp"
#include "shoal/methods/neighbors.hpp"
#include "shoal/methods/tsne_gradient.hpp"

namespace shoal {

/// Where the points of a map start.
enum class MapStart {
  pca,    ///< the first two principal components, scaled to a standard deviation of 1e-4 along the first
  random  ///< normal, of standard deviation 1e-4
};

/// What is wanted of t-SNE; scikit-learn's meanings and, but for the start's seed, its defaults.
struct TsneOptions {
  double perplexity = 30;
  Index iterations = 1000;
  double exaggeration = 12;  ///< factor of the affinities in the first iterations
  Index exaggeration_iterations = 250;
  double learning_rate = 0;     ///< 0: max(n / (4 exaggeration), 50); n / exaggeration where the gradient has no 4
  double first_momentum = 0.5;  ///< while the affinities are exaggerated
  double momentum = 0.8;
  GradientMethod gradient = GradientMethod::automatic;
  double theta = 0.2;  ///< of Barnes-Hut: the largest width / distance of a cell that counts as a whole
  MapStart start = MapStart::pca;
  Index patience = 300;  ///< stop after so many iterations in which the divergence has not fallen by 1e-4 of itself
  std::uint64_t seed = 0;
};

/// Where a fit is; the same on all ranks.
struct TsneProgress {
  Index iteration = 0;    ///< from 1
  double divergence = 0;  ///< KL(P || Q), of affinities without exaggeration, every 50 iterations; else the last one
};

/// The map. All ranks get the same, but for their own rows.
struct TsneResult {
  Matrix embedding;                            ///< of my rows (.., 2)
  double divergence = 0;                       ///< KL(P || Q) of the map, in nats
  std::vector<std::int64_t> trace_iterations;  ///< after which of the iterations `trace` was taken, the last included
  std::vector<double> trace;                   ///< KL(P || Q)
  Index n_iter = 0;
  bool stopped_early = false;
  GradientMethod gradient = GradientMethod::exact;  ///< the one that was used
  double learning_rate = 0;                         ///< likewise
};

/// Throws an option error on all ranks where an option makes no sense for n rows.
void require_tsne(const TsneOptions& options, Index n);

/// A map of n rows in the plane by t-distributed stochastic neighbour embedding: gradient descent on KL(P || Q)
/// (methods/tsne_gradient.hpp) with momentum and a gain for each coordinate. van der Maaten, Hinton 2008, JMLR 9; start
/// and learning rate after Kobak, Berens 2019, doi 10.1038/s41467-019-13056-x.
///
/// rows: this rank's shard of RowBlocks::of(global_rows), (.., d), perhaps none; needed for the start only.
/// affinities: joint_affinities of them. Each rank moves its own points and holds all n; the result has the same bits
/// for any number of ranks. Collective; `on_iteration` is called on all ranks.
///
/// `checkpoints`: after each iteration; a state is place, speed and gain of every point, 24 bytes each. Affinities are
/// no part of it: they have some fifty times its size, and the same bits whenever they are computed.
///
/// Errors, on all ranks: those of require_tsne; numerics where the map diverges.
TsneResult fit_tsne(const Communicator& comm, const Matrix& rows, Index global_rows, const SparseRows& affinities,
                    const TsneOptions& options, const std::function<void(const TsneProgress&)>& on_iteration = {},
                    const Checkpoints& checkpoints = {});

/// The map, where fit_tsne's `state` is one of its end: without rows and affinities. Nothing where it is not, or null.
/// Local.
std::optional<TsneResult> finished_map(const Communicator& comm, Index global_rows, const TsneOptions& options,
                                       const Snapshot* state);

/// All in one: neighbours, affinities, map. Collective.
TsneResult fit_tsne(const Communicator& comm, const Matrix& rows, Index global_rows, const TsneOptions& options);

}  // namespace shoal
