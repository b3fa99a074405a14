#pragma once
// The stages that jobs are strung together from: each runs one method, timed and told to the user.
#include <optional>
#include <span>
#include <vector>

#include "live_history.hpp"
#include "option_groups.hpp"
#include "row_place.hpp"
#include "samples.hpp"
#include "shoal/methods/encode.hpp"
#include "shoal/methods/minibatch_kmeans.hpp"
#include "shoal/methods/score.hpp"
#include "shoal/methods/train.hpp"
#include "training_options.hpp"

namespace shoal {

/// What training needs to know of the data before it reads them: the plan of rows and batches, and the network.
struct TrainingPlan {
  HeldOut held_out;
  BatchPlan batches;
  Architecture architecture;
};

/// Collective: what is wrong with the network or the options is told by all ranks together.
TrainingPlan plan_training(const JobContext& job, const Samples& samples, ArchitectureOptions network,
                           const std::string& scale, const TrainOptions& options);

/// Logs rows a rank, memory a rank and floating-point work, and says where the rows will be. Collective.
RowPlace tell_training_estimate(JobContext& job, const Samples& samples, const TrainingPlan& plan,
                                const TrainOptions& options, const ByteLimit& memory);

struct Trained {
  Model model;
  std::vector<EpochStatistics> history;
  Index kept_epoch = 0;
  bool stopped_early = false;
};

/// Reads this rank's rows, fits the scaling and trains, telling `live` of each epoch. Collective.
Trained train_stage(JobContext& job, const Samples& samples, const RowPlace& place, const TrainingPlan& plan,
                    const std::string& scale, const TrainOptions& options, const Checkpoints& checkpoints,
                    LiveHistory& live);

/// Option errors, before anything is computed: more components than rows or features, more clusters than rows.
void require_components(const PcaOptions& options, Index rows, Index features);
void require_clusters(const KMeansOptions& options, Index rows);

Pca pca_stage(JobContext& job, const RowSource& rows, const Shard& shard, const PcaOptions& options,
              const Checkpoints& checkpoints);

/// Scores and reconstruction errors of this rank's rows. Collective.
Projection project_stage(JobContext& job, const Pca& pca, const RowSource& rows, const Shard& shard);

/// `batches`: by mini-batches. `weights` of this rank's rows, or none.
KMeansResult kmeans_stage(JobContext& job, const RowSource& rows, const Shard& shard, const KMeansOptions& options,
                          const Checkpoints& checkpoints, const std::optional<MiniBatchOptions>& batches = {},
                          std::span<const float> weights = {});

/// Scores predictions and logs the measures under `title`. Collective.
ClusterScores score_stage(JobContext& job, const std::string& title, const std::vector<std::int64_t>& labels,
                          const std::vector<std::int32_t>& predicted, Index clusters);

}  // namespace shoal
