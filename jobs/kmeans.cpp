// shoal kmeans: clusters any rows, or assigns new rows to centres that were found earlier.
//   mpirun -n 4 shoal kmeans --input pca.h5:/pca/scores --k 10 --output kmeans.h5
//   mpirun -n 4 shoal kmeans --input codes.npy --k 1000 --algorithm minibatch --metric cosine
//   mpirun -n 4 shoal kmeans --input new.h5:/pca/scores --apply kmeans.h5 --output labels.h5
#include "job.hpp"
#include "result_groups.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
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
  MiniBatchOptions batches;
  Algorithm algorithm = Algorithm::automatic;
  Metric metric = Metric::euclidean;
  std::string apply, weights, centers;
  OutputOptions output;
};

MatrixD to_matrix(const RowData& data) {
  MatrixD matrix(data.count, data.width);
  for (Index i = 0; i < data.count; ++i)
    for (Index j = 0; j < data.width; ++j) matrix(i, j) = data.at(i, j);
  return matrix;
}

/// Start centres: a dataset of k rows, or the result of `shoal kmeans`. Collective.
MatrixD read_start_centers(JobContext& job, const std::string& name, Index d) {
  const MatrixD centers = agree(job.comm, [&] {
    const DatasetInfo info = open_dataset(name);
    RowData rows = read_rows(info, 0, info.rows());
    require_finite(rows, 0, info.name());
    return to_matrix(rows);
  });
  if (centers.cols() != d)
    throw input_error(name + " has " + format_count(centers.cols()) + " columns, but the rows have " + format_count(d),
                      "give one start centre a row, e.g. kmeans.h5:/kmeans/centers")
        .set_on_all_ranks();
  return centers;
}

/// One weight for each of this rank's rows. Collective.
std::vector<float> read_weights(JobContext& job, const std::string& name, const Shard& shard) {
  return agree(job.comm, [&] {
    const DatasetInfo info = open_dataset(name);
    if (info.rows() != shard.global || info.row_elements() != 1)
      throw input_error(info.name() + " holds " + shape_text(info.dims) + " numbers, but there are " +
                            format_count(shard.global) + " rows",
                        "give one weight for each row");
    const RowData rows = read_rows(info, shard.begin, shard.end);
    require_finite(rows, shard.begin, info.name());
    std::vector<float> weights(static_cast<std::size_t>(rows.count));
    for (Index i = 0; i < rows.count; ++i) rows.to_floats(i, &weights[static_cast<std::size_t>(i)]);
    return weights;
  });
}

void tell_estimate(JobContext& job, const Samples& samples, const Shard& shard, const Options& options) {
  const auto rows = static_cast<double>(job.comm.max(static_cast<double>(shard.size())));
  const auto d = static_cast<double>(samples.info.row_elements());
  job.log.info("estimate: " + format_bytes(rows * static_cast<double>(samples.info.row_bytes())) + " of rows a rank, " +
               format_number(2e-9 * static_cast<double>(samples.rows()) * d * static_cast<double>(options.kmeans.k)) +
               " GFLOP an iteration at most");
}

void assign(JobContext& job, const Options& options, const MatrixD& centers, const RowSource& rows,
            const Shard& shard) {
  const bool second = options.kmeans.second_distances;
  const CenterAssignment assignment = job.timings.measure(
      "assign", [&] { return agree(job.comm, [&] { return assign_to_centers(centers, rows, second); }); });
  write_output(job, options.output.output,
               [&](OutputFile& file) { write_assignment(file, "/kmeans", assignment, shard, second); });
}

void run(JobContext& job, Options options) {
  const Samples samples = open_samples(job, options.data.input, "nhwc");
  const Shard shard = row_shard(job, samples.rows());
  const Index d = samples.info.row_elements();
  if (!options.centers.empty()) {
    options.kmeans.start_centers = read_start_centers(job, options.centers, d);
    options.kmeans.k = options.kmeans.start_centers->rows();
  }
  tell_estimate(job, samples, shard, options);
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
  const bool cosine = options.metric == Metric::cosine;
  const RowSource rows = cosine ? unit_rows(source_of(data), shard.begin) : source_of(data);
  if (!options.apply.empty()) return assign(job, options, centers, rows, shard);

  const bool by_batches = options.algorithm == Algorithm::minibatch;
  if (!by_batches) options.kmeans.algorithm = static_cast<KMeansAlgorithm>(options.algorithm);
  options.kmeans.unit_centers = cosine;
  std::vector<float> weights;
  if (!options.weights.empty()) weights = read_weights(job, options.weights, shard);
  const KMeansResult result = kmeans_stage(job, rows, shard, options.kmeans,
                                           by_batches ? std::optional(options.batches) : std::nullopt, weights);
  write_output(job, options.output.output, [&](OutputFile& file) {
    write_kmeans(file, "/kmeans", result, shard, options.kmeans.second_distances, cosine);
  });
}

}  // namespace

Job kmeans_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("kmeans", "Clusters rows by k-means.");
  add_input_option(*set, options->data);
  add_kmeans_options(*set, options->kmeans);
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
  add_seed_option(*set, options->kmeans.seed);
  add_output_options(*set, options->output, "kmeans.h5");
  return {set, [options](JobContext& job) { run(job, *options); }};
}

}  // namespace shoal
