// shoal score: how well clusters agree with known classes.
//   mpirun -n 2 shoal score --predicted kmeans.h5:/kmeans/labels --labels labels.npy --errors
//   codes.h5:/codes/reconstruction_error
#include "job.hpp"
#include "result_groups.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/parallel/agreement.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

struct Options {
  std::string predicted, labels, errors;
  OutputOptions output;
};

void run(JobContext& job, const Options& options) {
  const Samples predicted = open_samples(job, options.predicted, "nhwc");
  const Shard shard = row_shard(job, predicted.rows());
  job.log.info(
      "estimate: " + format_bytes(job.comm.max(2.0 * sizeof(std::int64_t) * static_cast<double>(shard.size()))) +
      " of labels a rank");
  if (options.output.dry_run) return;
  require_output(job, options.output.output);
  const auto clusters = read_label_shard(job, options.predicted, shard);
  const auto labels = read_label_shard(job, options.labels, shard);
  const ClusterScores scores = score_stage(job, "clusters", labels, {clusters.begin(), clusters.end()}, 0);
  ClassMeans means;
  if (!options.errors.empty()) {
    const Samples errors = open_samples(job, options.errors, "nhwc");
    if (errors.rows() != shard.global || errors.info.row_elements() != 1)
      throw input_error(errors.info.name() + " is " + shape_text(errors.info.dims) + ", but there are " +
                            format_count(shard.global) + " predictions",
                        "give one error a sample")
          .set_on_all_ranks();
    const Matrix values = read_features(job, errors, shard);
    means = per_class_mean(job.comm, labels, {values.data(), static_cast<std::size_t>(values.size())}, shard.global);
  }

  write_output(job, options.output.output, [&](OutputFile& file) {
    write_score(file, "/score", scores);
    if (!options.errors.empty()) write_class_errors(file, "/score", means);
  });
}

}  // namespace

Job score_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("score", "Compares clusters with known classes.");
  set->group("Data");
  set->add("predicted", options->predicted, "cluster of each sample, e.g. kmeans.h5:/kmeans/labels")
      .required()
      .value_name("FILE");
  set->add("labels", options->labels, "class of each sample").required().value_name("FILE");
  set->add("errors", options->errors, "reconstruction error of each sample, to be averaged by class")
      .value_name("FILE");
  add_output_options(*set, options->output, "score.h5");
  return {set, [options](JobContext& job) { run(job, *options); }};
}

}  // namespace shoal
