#pragma once
#include "shoal/methods/kmeans.hpp"

namespace shoal {

/// What mini-batch k-means needs to know beside KMeansOptions; scikit-learn's meanings and defaults.
struct MiniBatchOptions {
  Index batch_size = 1024;       ///< rows a step, over all ranks
  Index epochs = 100;            ///< at most: as many steps as read every row so often
  Index patience = 10;           ///< stop when the smoothed inertia has not fallen for so many steps; 0: never
  double reassign_below = 0.01;  ///< centres with a smaller count than this share of the largest begin anew; 0: none do
};

/// k-means by small random batches (Sculley 2010, doi:10.1145/1772690.1772862): each batch moves its centres towards
/// the means of its rows, by a rate of one over the rows that a centre has ever had; starved centres are put on rows of
/// the batch; the run ends when the exponentially smoothed inertia of the batches no longer falls. Then all rows are
/// assigned once.
///
/// Row e of a batch of b is drawn from rows [e n / b, (e + 1) n / b) by (seed, step, e): every rank draws those that it
/// holds, and the same rows come whatever the number of ranks. Sums of a batch are exact, so the result has the same
/// bits for any number of ranks. n_init starts are chosen on a sample of 3 max(b, k) rows and the best by its inertia
/// there goes on, as in scikit-learn.
///
/// source, weights and the result are those of fit_kmeans, but: n_iter counts steps, inertia_trace holds the mean
/// inertia a row of each batch, inertias those of the starts on the sample. O(b k d / ranks) a step. `checkpoints`:
/// after each batch. Collective; errors as fit_kmeans.
KMeansResult fit_minibatch_kmeans(const Communicator& comm, const RowSource& source, Index global_rows,
                                  const KMeansOptions& options, const MiniBatchOptions& batches,
                                  const std::function<void(const KMeansProgress&)>& on_step = {},
                                  std::span<const float> weights = {}, const Checkpoints& checkpoints = {});

}  // namespace shoal
