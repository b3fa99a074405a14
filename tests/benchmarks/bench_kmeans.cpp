// Measures k-means on rows of a file, and what the machine could do at best in the same run; prints one JSON line.
//   mpirun -n 2 shoal_bench_kmeans --input rows.npy --centers start.npy --what fit --iterations 300
//   mpirun -n 2 shoal_bench_kmeans --input rows.npy --k 1000 --what start
// docs/benchmarks.md says what each figure means; compare_kmeans.py runs it beside scikit-learn.
#include <algorithm>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "kmeans_sum_cost.hpp"
#include "machine_limits.hpp"
#include "meter.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/job/run_job.hpp"
#include "shoal/methods/kmeans.hpp"
#include "shoal/methods/kmeans_start.hpp"
#include "shoal/methods/minibatch_kmeans.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal::benchmark {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string what = "fit", input, centers, algorithm = "auto";
  Index k = 10, iterations = 300, repeats = 3, batch_size = 1024;
  double tolerance = 0;
};

KMeansAlgorithm algorithm_of(const std::string& name) {
  return name == "lloyd"    ? KMeansAlgorithm::lloyd
         : name == "bounds" ? KMeansAlgorithm::bounds
                            : KMeansAlgorithm::automatic;
}

MatrixD read_start(const std::string& name) {
  const DatasetInfo info = open_dataset(name);
  const RowData data = read_rows(info, 0, info.rows());
  MatrixD centers(data.count, data.width);
  for (Index i = 0; i < centers.rows(); ++i)
    for (Index j = 0; j < centers.cols(); ++j) centers(i, j) = data.at(i, j);
  return centers;
}

/// Whole fits, and their iterations one by one.
void measure_fit(const JobContext& job, const Options& options, const RowSource& rows, Index global, Json& line) {
  const MatrixD start = agree(job.comm, [&] { return read_start(options.centers); });
  std::vector<double> totals, firsts, later, processor;
  KMeansResult result;
  for (Index r = 0; r < options.repeats; ++r) {
    job.comm.barrier();
    Stopwatch watch;
    std::vector<double> ends, processor_ends;
    result = fit_kmeans(job.comm, rows, global,
                        {.k = start.rows(),
                         .max_iterations = options.iterations,
                         .tolerance = options.tolerance,
                         .algorithm = algorithm_of(options.algorithm),
                         .start_centers = start},
                        [&](const KMeansProgress&) {
                          ends.push_back(watch.seconds());
                          processor_ends.push_back(static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
                        });
    totals.push_back(job.comm.max(watch.seconds()));
    for (std::size_t i = 1; i < ends.size(); ++i) {
      later.push_back(ends[i] - ends[i - 1]);
      processor.push_back(processor_ends[i] - processor_ends[i - 1]);
    }
    firsts.push_back(ends.front());
  }
  line["s"] = Spread::of(totals).median;
  line["s_least"] = Spread::of(totals).least;
  line["preparation_and_first_s"] = Spread::of(firsts).median;
  line["iteration_s"] = Spread::of(later).median;
  line["iteration_s_mean"] = std::accumulate(later.begin(), later.end(), 0.0) / static_cast<double>(later.size());
  line["iteration_s_least"] = Spread::of(later).least;
  line["iteration_processor_s"] = Spread::of(processor).median;  // of the root: what it would take undisturbed
  line["n_iter"] = result.n_iter;
  line["inertia"] = result.inertia;
  line["converged"] = result.converged;
}

void measure_start(const JobContext& job, const Options& options, const RowSource& rows, Index global, Json& line) {
  const KMeansRows known = look_at_rows(job.comm, rows, {}, global);
  std::vector<double> seconds;
  for (Index r = 0; r < options.repeats; ++r) {
    job.comm.barrier();
    Stopwatch watch;
    kmeans_plus_plus(job.comm, known, options.k, 0, static_cast<std::uint64_t>(r));
    seconds.push_back(job.comm.max(watch.seconds()));
  }
  line["s"] = Spread::of(seconds).median;
  line["s_least"] = Spread::of(seconds).least;
}

void measure_batches(const JobContext& job, const Options& options, const RowSource& rows, Index global, Json& line) {
  const MatrixD start = agree(job.comm, [&] { return read_start(options.centers); });
  std::vector<double> totals, epochs;
  KMeansResult result;
  const auto fit = [&](Index most, Index patience, std::vector<double>& steps_seconds) {
    job.comm.barrier();
    Stopwatch watch;
    double first = 0, last = 0;
    result = fit_minibatch_kmeans(job.comm, rows, global, {.k = start.rows(), .seed = 5, .start_centers = start},
                                  {.batch_size = options.batch_size, .epochs = most, .patience = patience},
                                  [&](const KMeansProgress& p) {
                                    last = watch.seconds();
                                    if (p.iteration == 1) first = last;
                                  });
    steps_seconds.push_back(job.comm.max(last - first));
    return job.comm.max(watch.seconds());
  };
  std::vector<double> unused;
  for (Index r = 0; r < options.repeats; ++r) fit(1, 0, epochs);
  for (Index r = 0; r < options.repeats; ++r) totals.push_back(fit(100, 10, unused));
  line["epoch_s"] = Spread::of(epochs).median;
  line["epoch_s_least"] = Spread::of(epochs).least;
  line["s"] = Spread::of(totals).median;
  line["steps"] = result.n_iter;
  line["inertia"] = result.inertia;
}

/// What sums that do not depend on the order of rows cost, against plain ones.
void measure_sums(const JobContext& job, const Options& options, const RowSource& rows, Index global, Json& line) {
  const MatrixD start = agree(job.comm, [&] { return read_start(options.centers); });
  const KMeansRows known = look_at_rows(job.comm, rows, {}, global);
  const KMeansSumCost cost = measure_kmeans_sums(job.comm, known, start, options.repeats);
  line["exact_s"] = Spread::of(cost.exact_seconds).median;
  line["exact_s_least"] = Spread::of(cost.exact_seconds).least;
  line["plain_s"] = Spread::of(cost.plain_seconds).median;
  line["plain_s_least"] = Spread::of(cost.plain_seconds).least;
}

void run(const JobContext& job, const Options& options) {
  const DatasetInfo info = agree(job.comm, [&] { return open_dataset(options.input); });
  const Shard shard = my_shard(job.comm, info.rows());
  const RowData data = agree(job.comm, [&] { return read_rows(info, shard.begin, shard.end); });
  Json line{{"bench", "kmeans"}, {"what", options.what}, {"algorithm", options.algorithm},
            {"n", info.rows()},  {"d", data.width},      {"ranks", job.comm.size()}};
  const MachineLimits limits = machine_limits(job.comm);
  if (options.what == "fit")
    measure_fit(job, options, source_of(data), info.rows(), line);
  else if (options.what == "batches")
    measure_batches(job, options, source_of(data), info.rows(), line);
  else if (options.what == "sums")
    measure_sums(job, options, source_of(data), info.rows(), line);
  else
    measure_start(job, options, source_of(data), info.rows(), line);
  line["fma_gflops"] = limits.fma_gflops;
  line["memory_gb_per_s"] = limits.memory_gb_per_s;
  if (job.comm.is_root()) std::cout << line.dump() << std::endl;
}

}  // namespace
}  // namespace shoal::benchmark

int main(int argc, char** argv) {
  shoal::benchmark::Options options;
  shoal::OptionSet set("bench", "Measures k-means; prints one JSON line.");
  set.add_choice(
      "what", options.what, {"fit", "start", "batches", "sums"},
      "iterations from given centres, k-means++ starts, epochs of mini-batches, or exact sums beside plain ones");
  set.add("input", options.input, "rows").required().value_name("FILE");
  set.add("centers", options.centers, "start centres (not for start)").value_name("FILE");
  set.add_choice("algorithm", options.algorithm, {"auto", "lloyd", "bounds"}, "as of the job kmeans");
  set.add("k", options.k, "clusters (for start)").at_least(1);
  set.add("iterations", options.iterations, "at most (for fit)").at_least(1);
  set.add("repeats", options.repeats, "of which the median is told").at_least(1);
  set.add("batch-size", options.batch_size, "rows (for batches)").at_least(1);
  set.add("tolerance", options.tolerance, "as of the job kmeans").at_least(0);
  return shoal::run_job(argc, argv, set, {.scope = {}, .announce = false},
                        [&](shoal::JobContext& job) { shoal::benchmark::run(job, options); });
}
