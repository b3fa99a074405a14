// shoal kmeans: clusters any rows, or assigns new rows to centres that were found earlier.
//   mpirun -n 4 shoal kmeans --input pca.h5:/pca/scores --k 10 --output kmeans.h5
//   mpirun -n 4 shoal kmeans --input codes.npy --k 1000 --algorithm minibatch --metric cosine
//   mpirun -n 4 shoal kmeans --input pca.h5:/pca/scores --k 2:10 --output kmeans.h5
//   mpirun -n 4 shoal kmeans --input new.h5:/pca/scores --apply kmeans.h5 --output labels.h5
#include <algorithm>
#include <optional>

#include "job.hpp"
#include "k_range.hpp"
#include "kmeans_inputs.hpp"
#include "result_groups.hpp"
#include "run_checkpoints.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/interruption.hpp"
#include "shoal/methods/bounded_search.hpp"
#include "shoal/methods/unit_rows.hpp"
#include "shoal/parallel/agreement.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

/// What --algorithm says: the first three are those of KMeansAlgorithm.
enum class Algorithm { automatic, lloyd, bounds, minibatch };
enum class Metric { euclidean, cosine };

struct Options {
  DataOptions data;
  KMeansOptions kmeans;
  IndexRange k{10, 10};
  ChooseKOptions choice;
  MiniBatchOptions batches;
  Algorithm algorithm = Algorithm::automatic;
  Metric metric = Metric::euclidean;
  std::string apply, weights, centers;
  ByteLimit memory;
  CheckpointOptions checkpoints;
  OutputOptions output;

  bool chooses_k() const { return k.first < k.last; }
};

// Bounds of a row's distances to groups of centres.
Index bounds_of_row(const Options& options, Index row_bytes, Index d) {
  const bool has_bounds =
      options.apply.empty() && (options.algorithm == Algorithm::automatic || options.algorithm == Algorithm::bounds);
  const Index searched = options.metric == Metric::cosine ? d * static_cast<Index>(sizeof(float)) : row_bytes;
  return has_bounds ? BoundedSearch::group_count(searched, options.kmeans.k) : 0;
}

// Labels, distances and bounds of rows stay in memory wherever the rows are, and centres and sums; a sample for
// silhouettes too. Rows in memory are kept once more as bytes, for k-means++, and in 16 bits, for the iterations; a
// reference set of the gap statistic lies where the rows do.
MemoryNeeds kmeans_needs(const Options& options, const Shard& shard, const DatasetInfo& rows) {
  const Index d = rows.row_elements();
  const Index kept = 64 + static_cast<Index>(sizeof(float)) * bounds_of_row(options, rows.row_bytes(), d);
  const Index sampled = options.chooses_k() ? std::min(shard.global, options.choice.silhouette_rows) : 0;
  const auto of_rows = [&](Index bytes) { return static_cast<double>(shard.size()) * static_cast<double>(bytes); };
  return {
      .work = of_rows(kept) + static_cast<double>(options.kmeans.k * d) * 128 + static_cast<double>(sampled * d) * 16,
      .held = of_rows(3 * d) + (options.chooses_k() && options.choice.gap_sets > 0 ? of_rows(4 * d) : 0)};
}

void require_one_way(const Options& options) {
  if (!options.chooses_k()) return;
  if (options.algorithm != Algorithm::minibatch && options.weights.empty() && options.centers.empty() &&
      options.apply.empty())
    return;
  throw option_error("a range of --k is fitted by whole passes, from starts of its own, without weights",
                     "give one k, or leave --algorithm minibatch, --weights, --centers and --apply out")
      .set_on_all_ranks();
}

void assign(JobContext& job, const Options& options, const MatrixD& centers, const RowSource& rows,
            const Shard& shard) {
  const bool second = options.kmeans.second_distances;
  const CenterAssignment assignment = job.timings.measure(
      "assign", [&] { return agree(job.comm, [&] { return assign_to_centers(centers, rows, second); }); });
  write_output(job, options.output.output,
               [&](OutputFile& file) { write_assignment(file, "/kmeans", assignment, shard, second); });
}

void fit(JobContext& job, Options options, const RowSource& rows, const Shard& shard, RunCheckpoints& checkpoints) {
  const bool cosine = options.metric == Metric::cosine;
  const bool by_batches = options.algorithm == Algorithm::minibatch;
  if (!by_batches) options.kmeans.algorithm = static_cast<KMeansAlgorithm>(options.algorithm);
  options.kmeans.unit_centers = cosine;
  if (options.chooses_k()) {
    const ChosenK chosen = choose_stage(job, rows, shard, options.kmeans, options.choice, checkpoints.stage("kmeans"));
    write_output(job, options.output.output, [&](OutputFile& file) {
      write_kmeans(file, "/kmeans", chosen.result, shard, options.kmeans.second_distances, cosine);
      write_choice(file, "/choice", chosen, options.choice);
    });
    return checkpoints.remove();
  }
  std::vector<float> weights;
  if (!options.weights.empty()) weights = read_weights(job, options.weights, shard);
  const KMeansResult result = kmeans_stage(job, rows, shard, options.kmeans, checkpoints.stage("kmeans"),
                                           by_batches ? std::optional(options.batches) : std::nullopt, weights);
  write_output(job, options.output.output, [&](OutputFile& file) {
    write_kmeans(file, "/kmeans", result, shard, options.kmeans.second_distances, cosine);
  });
  checkpoints.remove();
}

void run(JobContext& job, Options options) {
  if (options.apply.empty()) heed_signals();
  require_one_way(options);
  const Samples samples = open_samples(job, options.data.input, "nhwc");
  const Shard shard = row_shard(job, samples.rows());
  const Index d = samples.info.row_elements();
  if (!options.centers.empty()) {
    options.kmeans.start_centers = read_start_centers(job, options.centers, d);
    options.kmeans.k = options.kmeans.start_centers->rows();
  }
  const RowPlace place = place_rows(job, samples, shard, kmeans_needs(options, shard, samples.info), options.memory);
  job.log.info("estimate: " + format_bytes(job.comm.max(bytes_for_rows(samples, place))) + " of rows a rank, " +
               format_number(2e-9 * static_cast<double>(samples.rows()) * static_cast<double>(d * options.kmeans.k)) +
               " GFLOP an iteration at most");
  MatrixD centers;
  if (options.apply.empty()) {
    require_clusters(options.kmeans, samples.rows());
    if (options.chooses_k()) tell_choice_estimate(job, samples.rows(), d, options.choice);
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

  std::optional<RunCheckpoints> checkpoints;
  if (options.apply.empty())
    checkpoints.emplace(job, std::vector{options.data.input, options.weights, options.centers}, options.output.output,
                        options.checkpoints);
  const HeldRows held = hold_rows(job, samples, place);
  const bool cosine = options.metric == Metric::cosine;
  const RowSource rows = cosine ? unit_rows(held.source, shard.begin) : held.source;
  if (checkpoints)
    fit(job, options, rows, shard, *checkpoints);
  else
    assign(job, options, centers, rows, shard);
  tell_peak_memory(job, options.memory);
}

}  // namespace

Job kmeans_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("kmeans", "Clusters rows by k-means.");
  add_input_option(*set, options->data);
  add_kmeans_options(*set, options->kmeans, &options->k);
  set->add_choice("algorithm", options->algorithm, {"auto", "lloyd", "bounds", "minibatch"},
                  "lloyd and bounds give the same bits, auto takes the faster one; minibatch: faster and less exact");
  set->add_choice("metric", options->metric, {"euclidean", "cosine"}, "cosine: spherical k-means, of rows of length 1");
  set->add("weights", options->weights, "a weight for each row").value_name("FILE");
  set->add("centers", options->centers, "start from these rows, k of them, once").value_name("FILE");
  set->add("second-distances", options->kmeans.second_distances, "write the distances to the second nearest centres");
  set->add("batch-size", options->batches.batch_size, "rows of a mini-batch").at_least(1);
  set->add("epochs", options->batches.epochs, "of mini-batches, at most").at_least(1);
  set->add("patience", options->batches.patience,
           "mini-batches without a lower smoothed inertia that end the run; 0: none do")
      .at_least(0);
  set->add("apply", options->apply, "assign the rows to the centres in this file instead of fitting")
      .value_name("FILE");
  add_choice_options(*set, options->choice);
  add_seed_option(*set, options->kmeans.seed);
  add_memory_option(*set, options->memory);
  add_checkpoint_options(*set, options->checkpoints);
  add_output_options(*set, options->output, "kmeans.h5");
  return {set, [options](JobContext& job) {
            options->kmeans.k = options->choice.last = options->k.last;
            options->choice.first = options->k.first;
            run(job, *options);
          }};
}

}  // namespace shoal
