#pragma once
// The groups of a result file (docs/files.md): what the methods return, under the names that users of scikit-learn
// know.
#include <functional>
#include <string>

#include "shoal/io/output_file.hpp"
#include "shoal/job/run_job.hpp"
#include "shoal/methods/encode.hpp"
#include "shoal/methods/kmeans.hpp"
#include "shoal/methods/pca.hpp"
#include "shoal/methods/score.hpp"
#include "stages.hpp"

namespace shoal {

/// Throws an output error, before any work is done, where the results or their sidecar could not be written.
/// Collective.
void require_output(const JobContext& job, const std::string& path);

/// Writes a result file: its attributes (what it is, the resolved options as JSON), what `body` adds, and, once it is
/// complete, the sidecar with the provenance beside it. Collective, like all here. The time is booked on "write" but
/// for that which `body` books itself.
void write_output(JobContext& job, const std::string& path, const std::function<void(OutputFile&)>& body);

void write_history(OutputFile& file, const Trained& trained, LossKind loss);
/// The datasets of write_codes, whose rows come by write_codes_part, and those of reconstructed images, by write_part.
void create_codes(OutputFile& file, const std::string& group, Index rows, Index code_size);
void write_codes_part(OutputFile& file, const std::string& group, Index begin, const Encoding& encoding);
void create_reconstructions(OutputFile& file, Index rows, const std::vector<Index>& image_dims);
void write_codes(OutputFile& file, const std::string& group, const Encoding& encoding, const Shard& shard);
void write_pca(OutputFile& file, const std::string& group, const Pca& pca);
/// `scale`: the group holds the components' numbers too (write_pca).
void write_scores_of_rows(OutputFile& file, const std::string& group, const Matrix& scores, const Shard& shard,
                          bool scale);
void write_projection(OutputFile& file, const std::string& group, const Projection& projection, const Shard& shard);
/// `has_second_distances`: the same on all ranks, where one without rows cannot tell. `cosine`: the rows were scaled to
/// length 1.
void write_kmeans(OutputFile& file, const std::string& group, const KMeansResult& result, const Shard& shard,
                  bool has_second_distances = false, bool cosine = false);
void write_assignment(OutputFile& file, const std::string& group, const CenterAssignment& assignment,
                      const Shard& shard, bool has_second_distances = false);
void write_score(OutputFile& file, const std::string& group, const ClusterScores& scores);
void write_class_errors(OutputFile& file, const std::string& group, const ClassMeans& errors);

/// Reads back what write_pca and write_kmeans wrote. Local; input errors.
Pca read_pca(const std::string& path, const std::string& group);
MatrixD read_centers(const std::string& path, const std::string& group);

}  // namespace shoal
