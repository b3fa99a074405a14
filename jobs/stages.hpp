#pragma once
// The stages that jobs are strung together from: each runs one method, timed and told to the user.
#include <vector>

#include "option_groups.hpp"
#include "samples.hpp"
#include "shoal/methods/encode.hpp"
#include "shoal/methods/score.hpp"
#include "shoal/methods/train.hpp"

namespace shoal {

/// What training needs to know of the data before it reads them: the plan of rows and batches, and the network.
struct TrainingPlan {
  HeldOut held_out;
  BatchPlan batches;
  Architecture architecture;
};

TrainingPlan plan_training(const Samples& samples, const ArchitectureOptions& network, const TrainOptions& options);

/// Logs rows a rank, memory a rank and floating-point work. Collective.
void tell_training_estimate(JobContext& job, const Samples& samples, const TrainingPlan& plan, const TrainOptions& options);

struct Trained {
  Model model;
  std::vector<EpochStatistics> history;
};

/// Reads this rank's rows, fits the scaling and trains. Collective.
Trained train_stage(JobContext& job, const Samples& samples, const TrainingPlan& plan, const std::string& scale,
                    const TrainOptions& options);

/// Codes and reconstruction errors of this rank's rows. Collective (for the mean that is logged).
Encoding encode_stage(JobContext& job, const Model& model, const SampleFormat& format, const RowData& rows, const Shard& shard);

Pca pca_stage(JobContext& job, const Matrix& rows, const Shard& shard, const PcaOptions& options);

KMeansResult kmeans_stage(JobContext& job, const Matrix& rows, const Shard& shard, const KMeansOptions& options);

/// Scores predictions and logs the measures under `title`. Collective.
ClusterScores score_stage(JobContext& job, const std::string& title, const std::vector<std::int64_t>& labels,
                          const std::vector<std::int32_t>& predicted, Index clusters);

}  // namespace shoal
