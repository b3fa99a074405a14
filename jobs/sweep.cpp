// shoal sweep SWEEP.ini: many runs that differ in some options, and a table of what came of them.
//   mpirun -n 4 shoal sweep jobs/seed-tables.ini --output sweep
// Each run is the jobs train, encode, pca, kmeans and score in a row. What a stage writes is kept in the output
// directory under a name made of all options that it depends on: runs share what they have in common (one training
// feeds many numbers of components and clusters), and a sweep that was interrupted goes on where it was.
#include <filesystem>
#include <limits>

#include "job.hpp"
#include "result_groups.hpp"
#include "run_checkpoints.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/result_file.hpp"
#include "shoal/io/text_file.hpp"
#include "shoal/job/interruption.hpp"
#include "shoal/job/provenance.hpp"
#include "shoal/parallel/agreement.hpp"
#include "sweep_stages.hpp"
#include "sweep_table.hpp"

namespace shoal {
namespace {

struct Options {
  std::string sweep, output = "sweep", part = "1/1";
  bool dry_run = false;
  CheckpointOptions checkpoints;
};

Measured measured_of(const std::vector<Stage>& stages) {
  Measured values(sweep_measures.size(), std::numeric_limits<double>::quiet_NaN());
  const ResultFile model(stages[0].path), codes(stages[1].path), clusters(stages[3].path);
  const auto losses = model.doubles("/history/held_out_loss");
  values[0] = losses.at(static_cast<std::size_t>(model.integer_attribute("/history", "kept_epoch") - 1));
  const auto errors = codes.doubles("/codes/reconstruction_error");
  double sum = 0;
  for (const double error : errors) sum += error;
  values[1] = sum / static_cast<double>(errors.size());
  values[2] = clusters.number_attribute("/kmeans", "inertia");
  if (stages.size() < 5) return values;
  const ResultFile scores(stages[4].path);
  for (std::size_t m = 3; m < sweep_measures.size(); ++m)
    values[m] = scores.number_attribute("/score", sweep_measures[m]);
  return values;
}

bool is_there(const JobContext& job, const std::string& path) {
  return job.comm.max(std::int64_t{job.comm.is_root() && std::filesystem::exists(path)}) > 0;
}

/// "2/8": this is the second of eight parts.
std::pair<Index, Index> part_of(const std::string& text) {
  const auto words = split(text, '/');
  try {
    const Index part = std::stoll(words.at(0)), parts = std::stoll(words.at(1));
    if (words.size() == 2 && part >= 1 && part <= parts) return {part - 1, parts};
  } catch (const std::exception&) {
  }
  throw option_error("--part is '" + text + "', but must be like 2/8: the second of eight parts").set_on_all_ranks();
}

/// The stages of this part that are not there yet, one after the other.
class StageRuns {
 public:
  StageRuns(JobContext& job, const CheckpointOptions& checkpoints) : job_(job), checkpoints_(checkpoints) {}

  /// Leaves by an Error where the sweep is to stop: interrupted where a stage is further than when the sweep was
  /// started. Collective.
  void run(const Stage& stage) {
    if (is_there(job_, stage.path)) return;
    const bool stop = job_.comm.any(stop_requested() || seconds_left(job_, checkpoints_) <= 0);
    if (stop && done_ > 0) stop_here();  // stages that are done stay; a first one has a place to stop of its own
    const auto known = stage.job.options->names();
    for (const Setting& setting : job_.options.resolved())
      if (known.contains(setting.name) && (setting.name == "checkpoint-minutes" || setting.name == "max-wall"))
        stage.job.options->apply({setting});
    Timings timings(job_.comm.traffic());
    JobContext context{job_.comm, job_.log, timings, *stage.job.options, job_.command_line, job_.start};
    try {
      job_.timings.measure(stage.job.options->job(), [&] { stage.job.body(context); });
    } catch (const Error& error) {
      if (error.code() == ExitCode::standstill && done_ > 0) stop_here();
      throw;
    }
    ++done_;
  }

 private:
  JobContext& job_;
  const CheckpointOptions& checkpoints_;
  Index done_ = 0;
};

/// The right to make the tables, which only one of several parts that end at once gets: a folder, since making one
/// either succeeds or finds it there. On all ranks.
class TablesClaim {
 public:
  TablesClaim(const JobContext& job, const std::string& output) : job_(job), path_(output + "/.tables") {
    bool made = false;
    agree(job.comm, [&] {
      std::error_code failure;
      if (job.comm.is_root()) made = std::filesystem::create_directory(path_, failure);
      if (failure) throw output_error("cannot make the directory " + path_ + ": " + failure.message());
    });
    held_ = job.comm.any(made);
  }
  ~TablesClaim() {
    std::error_code ignored;
    if (held_ && job_.comm.is_root()) std::filesystem::remove(path_, ignored);
  }
  TablesClaim(const TablesClaim&) = delete;
  TablesClaim& operator=(const TablesClaim&) = delete;

  bool held() const { return held_; }

 private:
  const JobContext& job_;
  std::string path_;
  bool held_ = false;
};

void make_tables(JobContext& job, const Options& options, const std::vector<SweepTable>& tables,
                 const std::vector<std::vector<std::vector<Stage>>>& runs) {
  std::vector<SweepResult> results;
  for (std::size_t t = 0; t < tables.size(); ++t)
    results.push_back(agree(job.comm, [&] {
      std::vector<Measured> measured;
      for (const auto& stages : runs[t]) measured.push_back(measured_of(stages));
      return summarized(tables[t], measured);
    }));
  for (const auto& result : results) job.log.print(text_of(result));
  TextFile(job.comm, options.output + "/sweep.csv", csv_of(results)).publish();
  TextFile(job.comm, options.output + "/sweep.html", html_of(results, "shoal sweep " + options.sweep)).publish();
  write_output(job, options.output + "/sweep.h5", [&](OutputFile& file) {
    for (const auto& result : results) write_sweep(file, result);
  });
}

void run(JobContext& job, const Options& options) {
  const auto [part, parts] = part_of(options.part);
  const std::string folder = options.output + "/stages";
  // All rows are looked at before the first one is run: a wrong value is told now, not after hours.
  std::vector<SweepTable> tables;
  std::vector<std::vector<std::vector<Stage>>> runs;
  agree(job.comm, [&] {
    tables = read_sweep(options.sweep, sweep_options());
    for (const auto& table : tables) {
      runs.emplace_back();
      for (const auto& row : table.rows) runs.back().push_back(stages_of(folder, row));
    }
  });
  std::map<std::string, Index> trainings;  // in the order of their first use
  Index count = 0, done = 0;
  std::set<std::string> files;
  for (const auto& table : runs)
    for (const auto& stages : table) {
      trainings.emplace(stages.front().path, std::ssize(trainings));
      for (const auto& stage : stages) files.insert(stage.path);
      ++count;
    }
  job.log.info("sweep: " + format_count(std::ssize(tables)) + " tables, " + format_count(count) + " runs of " +
               format_count(std::ssize(trainings)) + " trainings and " + format_count(std::ssize(files)) +
               " stages in all");
  if (options.dry_run) return;
  heed_signals();
  agree(job.comm, [&] {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure)
      throw output_error("cannot make the directory " + folder + ": " + failure.message(), "name another --output");
  });
  StageRuns missing_stages(job, options.checkpoints);
  for (std::size_t t = 0; t < tables.size(); ++t)
    for (std::size_t r = 0; r < tables[t].rows.size(); ++r) {
      ++done;
      if (trainings[runs[t][r].front().path] % parts != part) continue;
      std::vector<std::string> varied;
      for (const auto& name : tables[t].varied) varied.push_back(name + " " + tables[t].rows[r].at(name));
      job.log.info("sweep: run " + std::to_string(done) + " of " + std::to_string(count) + ", " + tables[t].name +
                   ": " + join(varied));
      for (const auto& stage : runs[t][r]) missing_stages.run(stage);
    }
  // Looked at when all of this part is done: of parts that run side by side, the last one finds all of them.
  Index missing = 0;
  for (const auto& file : files) missing += is_there(job, file) ? 0 : 1;
  if (missing > 0) {
    job.log.info("sweep: this part is done, " + format_count(missing) + " of " + format_count(std::ssize(files)) +
                 " stages are left to others; the part that ends last makes the tables, or one more run does");
    return;
  }
  if (parts == 1) return make_tables(job, options, tables, runs);
  const TablesClaim claim(job, options.output);
  if (claim.held())
    make_tables(job, options, tables, runs);
  else
    job.log.info("sweep: another part is making the tables; if it was killed, one more run without --part makes them");
}

}  // namespace

Job sweep_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("sweep", "Runs many settings and makes a table of their results.");
  set->add("sweep", options->sweep, "which options take which values (docs/running.md)")
      .required()
      .positional()
      .value_name("SWEEP.ini");
  set->add("part", options->part, "run this part of the trainings alone, e.g. 2/8 in the second task of a job array")
      .not_stored()
      .value_name("PART");
  add_checkpoint_options(*set, options->checkpoints);
  set->group("Output");
  set->add("output", options->output,
           "directory of the tables and of all stages' results, where a later call finds them")
      .not_stored()
      .value_name("DIR");
  set->add("dry-run", options->dry_run, "read and check the sweep, tell how much it is, then stop").not_stored();
  return {set, [options](JobContext& job) { run(job, *options); }};
}

}  // namespace shoal
