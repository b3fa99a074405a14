// shoal doctor: is this cluster fit for Shoal?
//   mpirun -n 64 shoal doctor --directory /scratch/me
#include "doctor_checks.hpp"
#include "job.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/launch.hpp"
#include "shoal/job/table.hpp"

namespace shoal {
namespace {

struct Options {
  std::string directory = ".";
  Index megabytes = 8;
};

std::string word(Verdict verdict) {
  return verdict == Verdict::good ? "good" : verdict == Verdict::warning ? "WARNING" : "BAD";
}

void tell(Log& log, const Findings& findings) {
  Table table({"check", "result", "finding"});
  std::string hints;
  for (const auto& finding : findings) {
    table.add_row({finding.check, word(finding.verdict), finding.text});
    if (finding.verdict != Verdict::good) hints += finding.check + ": " + finding.hint + "\n";
  }
  log.print(table.text() + (hints.empty() ? "" : "\n" + hints));
}

void run(JobContext& job, const Options& options) {
  const Machines machines = find_machines(job.comm);
  Findings findings{check_world(job.comm, machines)};
  // Processes that are alone would try the same files at the same time, and each would tell the same.
  const bool alone = findings.front().verdict == Verdict::bad;
  if (!alone) {
    const auto add = [&](const Findings& more) { findings.insert(findings.end(), more.begin(), more.end()); };
    add(check_versions(job.comm));
    add(check_cores(job.comm, machines));
    add(check_arithmetic(job.comm));
    add(check_links(job.comm, machines));
    add(check_directory(job.comm, machines, options.directory, options.megabytes << 20));
  }
  if (alone && launched_rank() != 0) return;
  tell(job.log, findings);
  Index bad = 0;
  ExitCode code = ExitCode::success;
  for (const auto& finding : findings)
    if (finding.verdict == Verdict::bad && bad++ == 0) code = finding.code;
  if (bad > 0)
    throw Error(
        code, format_count(bad) + " of " + format_count(std::ssize(findings)) + " checks found something bad",
        findings.front().verdict == Verdict::bad ? findings.front().hint : "the lines below the table say what to do")
        .set_on_all_ranks();
}

}  // namespace

Job doctor_job() {
  auto options = std::make_shared<Options>();
  auto set =
      std::make_shared<OptionSet>("doctor", "Checks a cluster: MPI, arithmetic, network, the directory for results.");
  set->add("directory", options->directory, "where results are to be written: on a file system that all machines share")
      .positional()
      .value_name("DIR");
  set->add("megabytes", options->megabytes, "MiB that each rank writes there, reads back and removes").in(1, 4096);
  return {set, [options](JobContext& job) { run(job, *options); }, /*announce=*/false};
}

}  // namespace shoal
