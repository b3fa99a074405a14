// Measures training, encoding or the sum of gradients on random bytes in memory, and prints one JSON line.
//   mpirun -n 2 shoal_bench_train --network conv --batch-size 256 --seconds 3
//   mpirun -n 1 shoal_bench_train --what encode --encoder "conv 7 k5 s3 p2, relu, dense 24" --shape 3x30x45
//   mpirun -n 2 shoal_bench_train --what sums --network deep --code 200
// Speeds are medians over windows of time; docs/benchmarks.md says what each figure means.
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "shoal/job/run_job.hpp"
#include "shoal/parallel/agreement.hpp"
#include "sum_cost.hpp"
#include "workload.hpp"

namespace shoal::benchmark {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string what = "train";
  WorkloadOptions workload;
  double seconds = 3;
  Index windows = 9;
};

double rounded(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::round(value * scale) / scale;
}

template <class Quantity>
Spread spread_over(const Meter& meter, Quantity quantity) {
  std::vector<double> values;
  for (const auto& window : meter.windows()) values.push_back(quantity(window));
  return Spread::of(values);
}

Json header(const std::string& what, const Options& options, const Workload& work, int ranks) {
  const bool own = !options.workload.network.encoder.empty();
  return {{"bench", what},
          {"network", own ? options.workload.network.encoder : options.workload.network.preset},
          {"shape", work.architecture().input.text()},
          {"parameters", work.architecture().parameter_count()},
          {"batch", work.batch_size()},
          {"ranks", ranks},
          {"sum", "exact"}};
}

Json measure_steps(const Communicator& comm, const Options& options, const Workload& work) {
  Meter meter(comm, options.seconds, options.windows);
  const bool trains = options.what == "train";
  trains ? work.train(comm, meter) : work.encode(comm, meter);

  const Architecture& a = work.architecture();
  const double flops = 2 * (trains ? a.train_multiply_adds() : a.encode_multiply_adds());
  const auto images = static_cast<double>(work.batch_size());
  const auto rate = [&](const Meter::Window& w) { return images / w.step_seconds; };
  const auto gflops = [&](const Meter::Window& w) { return 1e-9 * flops * rate(w); };
  const Spread speed = spread_over(meter, rate);
  Json line = header(options.what, options, work, comm.size());
  if (!trains) line.erase("sum");
  line["images_per_s"] = rounded(speed.median, 1);
  line["min"] = rounded(speed.least, 1);
  line["max"] = rounded(speed.most, 1);
  line["mflop_per_image"] = rounded(1e-6 * flops, 6);
  line["gflops"] = rounded(spread_over(meter, gflops).median, 3);
  line["peak_gflops"] = rounded(spread_over(meter, [](const Meter::Window& w) { return w.peak_gflops; }).median, 1);
  line["percent_of_peak"] = rounded(
      spread_over(meter, [&](const Meter::Window& w) { return 100 * gflops(w) / (comm.size() * w.peak_gflops); })
          .median,
      2);
  line["windows"] = meter.windows().size();
  line["steps_per_window"] = meter.steps_per_window();
  return line;
}

// The library has no step without exact sums: what they cost is measured beside whole steps, not by leaving them out.
Json measure_sum_cost(const Communicator& comm, const Options& options, const Workload& work) {
  Meter meter(comm, options.seconds / 2, options.windows);
  work.train(comm, meter);
  const SumCost cost = measure_sums(comm, work.architecture().parameter_count(), work.batch_size(), options.seconds / 2,
                                    options.windows);
  const double step = spread_over(meter, [](const Meter::Window& w) { return w.step_seconds; }).median;
  const double exact = Spread::of(cost.exact_seconds).median, plain = Spread::of(cost.plain_seconds).median;
  Json line = header(options.what, options, work, comm.size());
  line["sum"] = "both";
  line["step_us"] = rounded(1e6 * step, 1);
  line["exact_sum_us"] = rounded(1e6 * exact, 1);
  line["plain_sum_us"] = rounded(1e6 * plain, 1);
  line["exact_percent_of_step"] = rounded(100 * exact / step, 2);
  line["plain_percent_of_step"] = rounded(100 * plain / step, 2);
  return line;
}

void run(const JobContext& job, const Options& options) {
  const Workload work = agree(job.comm, [&] { return Workload(options.workload); });
  const Json line =
      options.what == "sums" ? measure_sum_cost(job.comm, options, work) : measure_steps(job.comm, options, work);
  if (job.comm.is_root()) std::cout << line.dump() << std::endl;
}

void add_options(OptionSet& set, Options& options) {
  WorkloadOptions& work = options.workload;
  work.network.output_activation = "leakyrelu";  // what the jobs take for bytes
  set.add_choice("what", options.what, {"train", "encode", "sums"},
                 "whole steps; codes alone; or what the sum of a step's gradient costs, exact and plain");
  set.add("network", work.network.preset, "conv, baseline, deep (images), dense (vectors), or auto");
  set.add("code", work.network.code, "numbers in the code, for the networks above").at_least(1);
  set.add("encoder", work.network.encoder, "own layers").value_name("LAYERS");
  set.add("decoder", work.network.decoder, "own layers back to the image").value_name("LAYERS");
  set.add("output-activation", work.network.output_activation, "behind a mirrored decoder's last layer");
  set.add("shape", work.shape, "of a sample: channels x height x width, or a number of features").value_name("CxHxW");
  set.add("batch-size", work.batch_size, "samples a step, over all ranks together").at_least(1);
  set.add("rows", work.rows, "samples in memory, over all ranks together").at_least(1);
  set.add("seed", work.seed, "of bytes, weights and batches");
  set.add("seconds", options.seconds, "to measure for, in all").above(0);
  set.add("windows", options.windows, "to cut that time into").at_least(1);
}

}  // namespace
}  // namespace shoal::benchmark

int main(int argc, char** argv) {
  shoal::benchmark::Options options;
  shoal::OptionSet set("bench", "Measures training, encoding or sums on random bytes; prints one JSON line.");
  shoal::benchmark::add_options(set, options);
  return shoal::run_job(argc, argv, set, {.scope = {}, .announce = false},
                        [&](shoal::JobContext& job) { shoal::benchmark::run(job, options); });
}
