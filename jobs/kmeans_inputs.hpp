#pragma once
// What k-means may be given beside its rows.
#include <string>
#include <vector>

#include "shoal/core/matrix.hpp"
#include "shoal/job/run_job.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {

/// Start centres of d columns: a dataset of k rows, or the result of `shoal kmeans`. Collective; input errors.
MatrixD read_start_centers(JobContext& job, const std::string& name, Index d);

/// One weight for each of this rank's rows. Collective; input errors.
std::vector<float> read_weights(JobContext& job, const std::string& name, const Shard& shard);

}  // namespace shoal
