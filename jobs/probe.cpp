// shoal probe: how well a linear classifier tells the classes apart by frozen codes.
//   mpirun -n 4 shoal probe result.h5:/codes/data --labels labels.npy
//   mpirun -n 4 shoal probe train.h5:/codes/data --labels a.npy --test test.h5:/codes/data --test-labels b.npy
#include "shoal/methods/probe.hpp"

#include "job.hpp"
#include "result_groups.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/table.hpp"
#include "shoal/methods/batch_plan.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

struct Options {
  DataOptions data;
  std::string labels, test, test_labels;
  double held_out = 0.2;
  ProbeOptions probe;
  std::uint64_t seed = 0;
  OutputOptions output;
};

/// 1 for my rows that are trained on, 0 for those held out.
std::vector<std::uint8_t> training_mask(const HeldOut& held_out, const Shard& shard) {
  std::vector<std::uint8_t> trains(static_cast<std::size_t>(shard.size()), 1);
  for (Index i = 0; i < held_out.held_out_count(); ++i)
    if (const Index row = held_out.held_out_row(i); shard.owns(row))
      trains[static_cast<std::size_t>(row - shard.begin)] = 0;
  return trains;
}

std::string confusion_table(const Probe& probe, const Confusion& confusion) {
  std::vector<std::string> head{"class"};
  for (const auto value : probe.class_values) head.push_back("as " + std::to_string(value));
  Table table(head);
  for (Index i = 0; i < confusion.counts.rows(); ++i) {
    std::vector<std::string> cells{std::to_string(probe.class_values[static_cast<std::size_t>(i)])};
    for (Index j = 0; j < confusion.counts.cols(); ++j) cells.push_back(format_count(confusion.counts(i, j)));
    table.add_row(cells);
  }
  return table.text();
}

void write_probe(OutputFile& file, const Probe& probe, const Confusion& trained, const Confusion& tested, double c) {
  const Index classes = std::ssize(probe.class_values), d = probe.weights.cols();
  file.write("/probe/class_values", probe.class_values, {classes});
  file.describe("/probe/class_values", "", "the distinct labels that were trained on, ascending");
  file.write("/probe/weights", probe.weights, {classes, d});
  file.describe("/probe/weights", "", "of the standardised features");
  file.label_dimensions("/probe/weights", {"class", "feature"});
  file.write("/probe/bias", probe.bias, {classes});
  file.describe("/probe/bias", "", "of each class");
  file.write("/probe/mean", probe.mean, {d});
  file.describe("/probe/mean", "", "subtracted from the features");
  file.write("/probe/deviation", probe.deviation, {d});
  file.describe("/probe/deviation", "", "by which they are then divided");
  file.write("/probe/confusion", tested.counts, {classes, classes});
  file.describe("/probe/confusion", "samples", "held-out samples of each class, predicted as each");
  file.label_dimensions("/probe/confusion", {"class", "predicted"});
  file.attribute("/probe", "accuracy", tested.accuracy);
  file.attribute("/probe", "training_accuracy", trained.accuracy);
  file.attribute("/probe", "n_held_out", std::int64_t{tested.rows});
  file.attribute("/probe", "n_samples", std::int64_t{trained.rows});
  file.attribute("/probe", "loss", probe.loss);
  file.attribute("/probe", "c", c);
  file.attribute("/probe", "n_iter", std::int64_t{probe.n_iter});
  file.attribute("/probe", "converged", std::int64_t{probe.converged});
}

void run(JobContext& job, const Options& options) {
  const Samples samples = open_samples(job, options.data.input, "nhwc");
  const Shard shard = row_shard(job, samples.rows());
  std::optional<Samples> test;
  if (!options.test.empty()) {
    test = open_samples(job, options.test, "nhwc");
    if (test->info.row_elements() != samples.info.row_elements())
      throw input_error(test->info.name() + " has " + format_count(test->info.row_elements()) + " columns, but " +
                            samples.info.name() + " has " + format_count(samples.info.row_elements()),
                        "give codes of the same model")
          .set_on_all_ranks();
  }
  const HeldOut held_out(samples.rows(), test ? 0 : options.held_out, options.seed);
  job.log.info("estimate: " +
               format_bytes(job.comm.max(static_cast<double>(shard.size()) * sizeof(float) *
                                         static_cast<double>(samples.info.row_elements()))) +
               " of rows a rank; " + format_count(held_out.training_count()) + " rows to train on, " +
               format_count(test ? test->rows() : held_out.held_out_count()) + " held out");
  if (options.output.dry_run) return;
  require_output(job, options.output.output);

  const auto labels = read_label_shard(job, options.labels, shard);
  const Matrix rows = read_features(job, samples, shard);
  const auto trains = training_mask(held_out, shard);
  const Probe probe = job.timings.measure(
      "probe", [&] { return fit_probe(job.comm, rows, labels, trains, samples.rows(), options.probe); });
  if (!probe.converged)
    job.log.warn("the probe stopped at --max-iterations " + std::to_string(options.probe.max_iterations) +
                 " before it came to rest");
  const Confusion trained = confusion_of(job.comm, probe, labels, predict(probe, rows), trains, 1);
  Confusion tested;
  if (test) {
    const Shard test_shard = row_shard(job, test->rows());
    const auto test_labels = read_label_shard(job, options.test_labels, test_shard);
    const Matrix test_rows = read_features(job, *test, test_shard);
    const std::vector<std::uint8_t> all(test_labels.size(), 1);
    tested = confusion_of(job.comm, probe, test_labels, predict(probe, test_rows), all, 1);
  } else {
    tested = confusion_of(job.comm, probe, labels, predict(probe, rows), trains, 0);
  }
  job.log.info("probe: accuracy " + format_number(tested.accuracy) + " of " + format_count(tested.rows) +
               " held-out rows, " + format_number(trained.accuracy) + " of those trained on; " +
               std::to_string(probe.n_iter) + " iterations");
  if (probe.class_values.size() <= 20) job.log.print(confusion_table(probe, tested));
  write_output(job, options.output.output,
               [&](OutputFile& file) { write_probe(file, probe, trained, tested, options.probe.c); });
}

}  // namespace

Job probe_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("probe", "Measures codes by a linear classifier of known classes.");
  add_input_option(*set, options->data);
  set->add("labels", options->labels, "class of each row").required().value_name("FILE");
  set->add("held-out", options->held_out, "share of the rows that are not trained on, but measured")
      .above(0)
      .in(0, 0.5);
  set->add("test", options->test, "rows to measure instead").value_name("FILE");
  set->add("test-labels", options->test_labels, "their classes").value_name("FILE");
  set->group("Probe");
  set->add("c", options->probe.c, "inverse strength of the penalty on the weights (scikit-learn's C)").above(0);
  set->add("standardize", options->probe.standardize, "bring the features to mean 0 and deviation 1 first");
  set->add("max-iterations", options->probe.max_iterations, "of L-BFGS").at_least(1);
  set->add("tolerance", options->probe.tolerance, "stop when no element of the gradient is greater").above(0);
  add_seed_option(*set, options->seed);
  add_output_options(*set, options->output, "probe.h5");
  return {set, [options](JobContext& job) {
            if (options->test.empty() != options->test_labels.empty())
              throw option_error("--test and --test-labels need each other", "give both or none").set_on_all_ranks();
            run(job, *options);
          }};
}

}  // namespace shoal
