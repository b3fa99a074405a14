#pragma once
// The groups of a result file (docs/files.md): what the methods return, under the names that users of scikit-learn know.
#include <string>

#include "shoal/io/output_file.hpp"
#include "shoal/job/run_job.hpp"
#include "shoal/methods/encode.hpp"
#include "shoal/methods/kmeans.hpp"
#include "shoal/methods/pca.hpp"
#include "shoal/methods/score.hpp"
#include "shoal/methods/train.hpp"

namespace shoal {

/// Attributes of the file itself: what it is, who wrote it, the resolved options as JSON. Collective, like all here.
void write_header(OutputFile& file, const JobContext& job);

void write_history(OutputFile& file, const std::vector<EpochStatistics>& history);
void write_codes(OutputFile& file, const std::string& group, const Encoding& encoding, const Shard& shard);
void write_pca(OutputFile& file, const std::string& group, const Pca& pca);
void write_scores_of_rows(OutputFile& file, const std::string& group, const Matrix& scores, const Shard& shard);
void write_kmeans(OutputFile& file, const std::string& group, const KMeansResult& result, const Shard& shard);
void write_assignment(OutputFile& file, const std::string& group, const CenterAssignment& assignment, const Shard& shard);
void write_score(OutputFile& file, const std::string& group, const ClusterScores& scores);
void write_class_errors(OutputFile& file, const std::string& group, const ClassMeans& errors);

/// Reads back what write_pca and write_kmeans wrote. Local; input errors.
Pca read_pca(const std::string& path, const std::string& group);
MatrixD read_centers(const std::string& path, const std::string& group);

/// Completes the file, and writes the sidecar with the provenance beside it. Collective.
void finish_output(OutputFile& file, const std::string& path, JobContext& job);

}  // namespace shoal
