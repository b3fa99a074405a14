// shoal kmeans: clusters any rows, or assigns new rows to centres that were found earlier.
//   mpirun -n 4 shoal kmeans --input pca.h5:/pca/scores --k 10 --output kmeans.h5
//   mpirun -n 4 shoal kmeans --input new.h5:/pca/scores --apply kmeans.h5 --output labels.h5
//   mpirun -n 4 shoal kmeans --input pca.h5:/pca/scores --k 2:10 --output kmeans.h5
#include <algorithm>

#include "job.hpp"
#include "k_range.hpp"
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
  IndexRange k{10, 10};
  ChooseKOptions choice;
  std::string apply;
  ByteLimit memory;
  OutputOptions output;
};

// Labels, distances and bounds of rows stay in memory wherever the rows are, and centres and sums; a sample for
// silhouettes too. A reference set of the gap statistic lies where the rows do.
MemoryNeeds kmeans_needs(const Options& options, const Shard& shard, Index d) {
  constexpr Index row_bytes = 64;
  const bool chooses = options.k.first < options.k.last;
  const Index sampled = chooses ? std::min(shard.global, options.choice.silhouette_rows) : 0;
  const auto of_rows = [&](Index bytes) { return static_cast<double>(shard.size()) * static_cast<double>(bytes); };
  return {.work = of_rows(row_bytes) + static_cast<double>(options.kmeans.k * d) * 128 +
                  static_cast<double>(sampled * d) * 16,
          .held = chooses && options.choice.gap_sets > 0 ? of_rows(4 * d) : 0};
}

void run(JobContext& job, const Options& options) {
  const Samples samples = open_samples(job, options.data.input, "nhwc");
  const Shard shard = row_shard(job, samples.rows());
  const Index d = samples.info.row_elements();
  const RowPlace place = place_rows(job, samples, shard, kmeans_needs(options, shard, d), options.memory);
  job.log.info("estimate: " + format_bytes(job.comm.max(bytes_for_rows(samples, place))) + " of rows a rank, " +
               format_number(2e-9 * static_cast<double>(samples.rows()) * static_cast<double>(d * options.kmeans.k)) +
               " GFLOP an iteration");
  MatrixD centers;
  if (options.apply.empty()) {
    require_clusters(options.kmeans, samples.rows());
    if (options.k.first < options.k.last) tell_choice_estimate(job, samples.rows(), d, options.choice);
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

  const HeldRows held = hold_rows(job, samples, place);
  const RowSource& rows = held.source;
  if (!options.apply.empty()) {
    const CenterAssignment assignment = job.timings.measure("assign", [&] { return assign_to_centers(centers, rows); });
    write_output(job, options.output.output,
                 [&](OutputFile& file) { write_assignment(file, "/kmeans", assignment, shard); });
  } else if (options.k.first < options.k.last) {
    const ChosenK chosen = choose_stage(job, rows, shard, options.kmeans, options.choice);
    write_output(job, options.output.output, [&](OutputFile& file) {
      write_kmeans(file, "/kmeans", chosen.result, shard);
      write_choice(file, "/choice", chosen, options.choice);
    });
  } else {
    const KMeansResult result = kmeans_stage(job, rows, shard, options.kmeans);
    write_output(job, options.output.output, [&](OutputFile& file) { write_kmeans(file, "/kmeans", result, shard); });
  }
  tell_peak_memory(job, options.memory);
}

}  // namespace

Job kmeans_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("kmeans", "Clusters rows by k-means.");
  add_input_option(*set, options->data);
  add_kmeans_options(*set, options->kmeans, &options->k);
  set->add("apply", options->apply, "assign the rows to the centres in this file instead of fitting")
      .value_name("FILE");
  add_choice_options(*set, options->choice);
  add_seed_option(*set, options->kmeans.seed);
  add_memory_option(*set, options->memory);
  add_output_options(*set, options->output, "kmeans.h5");
  return {set, [options](JobContext& job) {
            options->kmeans.k = options->choice.last = options->k.last;
            options->choice.first = options->k.first;
            run(job, *options);
          }};
}

}  // namespace shoal
