// shoal kmeans: clusters any rows, or assigns new rows to centres that were found earlier.
//   mpirun -n 4 shoal kmeans --input pca.h5:/pca/scores --k 10 --output kmeans.h5
//   mpirun -n 4 shoal kmeans --input new.h5:/pca/scores --apply kmeans.h5 --output labels.h5
#include "job.hpp"
#include "result_groups.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/parallel/agreement.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

struct Options {
  DataOptions data;
  KMeansOptions kmeans;
  std::string apply;
  OutputOptions output;
};

void run(JobContext& job, const Options& options) {
  const Samples samples = open_samples(job, options.data.input, "nhwc");
  const Shard shard = row_shard(job, samples.rows());
  const Index d = samples.info.row_elements();
  job.log.info(
      "estimate: " +
      format_bytes(job.comm.max(static_cast<double>(shard.size()) * static_cast<double>(samples.info.row_bytes()))) +
      " of rows a rank, " +
      format_number(2e-9 * static_cast<double>(samples.rows()) * static_cast<double>(d * options.kmeans.k)) +
      " GFLOP an iteration");
  MatrixD centers;
  if (options.apply.empty()) {
    require_clusters(options.kmeans, samples.rows());
  } else {
    centers = agree(job.comm, [&] { return read_centers(options.apply, "/kmeans"); });
    if (centers.cols() != d)
      throw input_error(samples.info.name() + " has " + format_count(d) + " columns, but the centres in " +
                            options.apply + " have " + format_count(centers.cols()),
                        "give rows of the same kind as those that were clustered")
          .set_on_all_ranks();
  }
  if (options.output.dry_run) return;
  require_output(job, options.output.output);

  const RowData data = read_shard(job, samples, shard);
  const RowSource rows = source_of(data);
  if (!options.apply.empty()) {
    const CenterAssignment assignment = job.timings.measure("assign", [&] { return assign_to_centers(centers, rows); });
    write_output(job, options.output.output,
                 [&](OutputFile& file) { write_assignment(file, "/kmeans", assignment, shard); });
    return;
  }

  const KMeansResult result = kmeans_stage(job, rows, shard, options.kmeans);
  write_output(job, options.output.output, [&](OutputFile& file) { write_kmeans(file, "/kmeans", result, shard); });
}

}  // namespace

Job kmeans_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("kmeans", "Clusters rows by k-means.");
  add_input_option(*set, options->data);
  add_kmeans_options(*set, options->kmeans);
  set->add("apply", options->apply, "assign the rows to the centres in this file instead of fitting")
      .value_name("FILE");
  add_seed_option(*set, options->kmeans.seed);
  add_output_options(*set, options->output, "kmeans.h5");
  return {set, [options](JobContext& job) { run(job, *options); }};
}

}  // namespace shoal
