// shoal scaling STUDY.ini: how the time of jobs changes with the number of ranks, and whether the bits stay the same.
//   shoal scaling jobs/scaling.ini --output scaling
// Started alone, without mpirun: each run is a program of its own, started by the study's launcher. What a run told is
// kept in the output directory, so a study that was interrupted goes on with the runs that are missing.
#include <algorithm>
#include <cmath>

#include "job.hpp"
#include "result_groups.hpp"
#include "scaling_table.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/text_file.hpp"
#include "shoal/job/child_process.hpp"
#include "shoal/job/interruption.hpp"

namespace shoal {
namespace {

struct Options {
  std::string study, output = "scaling";
  Index only = 0;
  bool dry_run = false;
};

const std::vector<std::string> assumptions{
    // NOLINTNEXTLINE(bugprone-suspicious-missing-comma)
    "Time of a phase = what each rank does for itself + what ranks share, by the largest share of whole blocks "
    "(rows are cut into at most 256 blocks, a training batch into groups of 16 samples) + sums over ranks.",
    "Sums over ranks take latency x log2(ranks) + bytes / bandwidth x 2 (ranks - 1) / ranks; latency and bandwidth are "
    "those that were measured, also between machines that were not part of the study. Nothing of them is hidden behind "
    "computing.",
    "Every rank has a core of its own, and as much memory bandwidth and cache as when it was measured.",
    "Reading and writing get no faster than on the most ranks that were measured.",
    "Starting the ranks (launcher, MPI) is left out, of measured times as well."};

void tell(JobContext& job, const ScalingStudy& study, const std::vector<ScalingRecord>& records,
          const Options& options) {
  const NetworkModel network = network_of(records);
  std::vector<ScalingResult> results;
  std::vector<ScalingCurve> curves;
  for (const auto& one : study.cases) {
    auto points = points_of(study, one, records);
    auto forecast = forecast_of(one, points, network);
    results.push_back({&one, std::move(points), std::move(forecast)});
    curves.push_back(curve_of(results.back()));
    job.log.print(text_of(results.back()));
  }
  std::vector<std::string> notes = assumptions;
  if (network.latency > 0 || network.seconds_per_byte > 0) {
    const std::string measured = "Sums over ranks: latency " + format_number(1e6 * network.latency) +
                                 " us, bandwidth " + format_bytes(1 / std::max(network.seconds_per_byte, 1e-15)) +
                                 "/s; at most " + format_number(100 * network_error(network, records), 2) +
                                 "% off what was measured.";
    job.log.print(measured + "\n");
    notes.push_back(measured);
  }
  const std::string figures = figures_of_merit(results);
  job.log.print(figures);
  const std::string base = options.output + "/scaling";
  TextFile(job.comm, base + ".csv", csv_of(results)).publish();
  TextFile(job.comm, base + ".fom", figures).publish();
  TextFile(job.comm, base + ".html", scaling_page("shoal scaling " + options.study, curves, notes)).publish();
  write_output(job, base + ".h5", [&](OutputFile& file) {
    for (const auto& result : results) write_scaling(file, result);
  });
  job.log.info("all runs of a job gave the same bits; open " + base + ".html in any browser");
}

void run(JobContext& job, const Options& options, const std::vector<std::string>& environment) {
  if (job.comm.size() > 1)
    throw option_error(
        "a scaling study starts its ranks by itself, but was started on " + std::to_string(job.comm.size()),
        "leave mpirun or srun out: shoal scaling " + options.study)
        .set_on_all_ranks();
  const ScalingStudy study = read_study(options.study);
  if (options.only > 0 && std::find(study.ranks.begin(), study.ranks.end(), options.only) == study.ranks.end())
    throw option_error("--only " + std::to_string(options.only) + " is none of the study's numbers of ranks",
                       "it takes one of the line ranks = ... in " + options.study);
  const auto runs = runs_of(study);
  job.log.info("scaling: " + format_count(std::ssize(runs)) + " runs of " + format_count(std::ssize(study.cases)) +
               " jobs, each " + std::to_string(study.repeats) + " times at each number of ranks, by " +
               join(study.launcher, " "));
  if (options.dry_run) return;
  heed_signals();
  ScalingRuns made(job, study, options.output, environment);
  std::vector<ScalingRecord> records;
  Index missing = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    auto record = made.find(runs[i]);
    if (!record && options.only > 0 && runs[i].ranks != options.only) {
      ++missing;
      continue;
    }
    if (!record) {
      record = made.make(runs[i]);
      job.log.info("scaling: run " + std::to_string(i + 1) + " of " + std::to_string(runs.size()) + ", " +
                   runs[i].name() + ": " + format_duration(record->told.seconds));
    }
    records.push_back(std::move(*record));
    require_same_bits(records);
  }
  if (missing == 0) return tell(job, study, records, options);
  job.log.info("scaling: this part is done; " + format_count(missing) +
               " runs on other numbers of ranks are not. The tables are made by the part that finds all done, or by "
               "one more call without --only");
}

}  // namespace

Job scaling_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("scaling", "Measures how jobs scale with the ranks, and predicts further.");
  set->add("study", options->study, "which jobs, with which options, on how many ranks (docs/scaling.md)")
      .required()
      .positional()
      .value_name("STUDY.ini");
  set->add("only", options->only, "make the runs on this many ranks alone: a task of a job array; 0: all")
      .at_least(0)
      .not_stored();
  set->group("Output");
  set->add("output", options->output, "directory of the tables and of what each run told, where a later call goes on")
      .not_stored()
      .value_name("DIR");
  set->add("dry-run", options->dry_run, "read and check the study, tell how much it is, then stop").not_stored();
  // MPI has not started yet: the runs are to find the world as it is now.
  return {set, [options, environment = present_environment()](JobContext& job) { run(job, *options, environment); },
          /*announce=*/false};
}

}  // namespace shoal
