#pragma once
// Reading what a user named, on all ranks: each its own rows.
#include <string>
#include <vector>

#include "shoal/io/dataset.hpp"
#include "shoal/io/model_file.hpp"
#include "shoal/io/sample_layout.hpp"
#include "shoal/job/run_job.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {

/// A dataset that is open: what its header says and what its dimensions mean.
struct Samples {
  DatasetInfo info;
  SampleLayout layout;
  Index rows() const { return info.rows(); }
};

/// Opens a dataset on all ranks and logs what it is. Collective; input errors on all ranks.
Samples open_samples(JobContext& job, const std::string& name, const std::string& layout);

/// This rank's rows, checked to be finite. Collective; input errors on all ranks.
RowData read_shard(JobContext& job, const Samples& samples, const Shard& shard);

/// This rank's rows of a matrix of features (any dataset, flattened), as floats. Collective.
Matrix read_features(JobContext& job, const Samples& samples, const Shard& shard);

/// This rank's part of the labels of `rows` rows. Collective; an empty name gives none.
std::vector<std::int64_t> read_label_shard(JobContext& job, const std::string& name, const Shard& shard);

/// Reads a model on all ranks. Collective.
Model load_model(JobContext& job, const std::string& path);

/// How the model sees these samples: its scaling, their order of elements. Input error where shape or type do not fit.
SampleFormat format_for(const Model& model, const Samples& samples);

/// The rank's share of rows for everything but training; logs what ranks get. Collective.
Shard row_shard(const JobContext& job, Index rows);

}  // namespace shoal
