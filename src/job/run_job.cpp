#include "shoal/job/run_job.hpp"

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "shoal/core/text.hpp"
#include "shoal/job/failure.hpp"
#include "shoal/job/interruption.hpp"
#include "shoal/job/launch.hpp"
#include "shoal/job/option_sources.hpp"
#include "shoal/job/processor.hpp"
#include "shoal/job/table.hpp"
#include "shoal/job/timing_table.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

constexpr std::chrono::seconds longest_end{2};

// Ends this process after a while, whatever MPI is doing: MPI_Finalize waits for ranks that may never come, and a rank
// that exits without it makes mpirun end the others.
void exit_at_the_latest(int status) {
  std::thread([status] {
    std::this_thread::sleep_for(longest_end);
    std::_Exit(status);
  }).detach();
}

// Each setting as name, value and source, each ended by a null character, which none of them can contain.
std::string packed(const std::vector<Setting>& settings) {
  std::string text;
  for (const auto& setting : settings)
    if (setting.where != "default")
      for (const auto& part : {setting.name, setting.value, setting.where}) text += part + '\0';
  return text;
}

std::vector<Setting> unpacked(const std::string& text) {
  std::vector<Setting> settings;
  std::size_t at = 0;
  const auto next = [&] {
    std::string part = text.c_str() + at;
    at += part.size() + 1;
    return part;
  };
  while (at < text.size()) {
    Setting setting;
    setting.name = next();
    setting.value = next();
    setting.where = next();
    settings.push_back(std::move(setting));
  }
  return settings;
}

void resolve_together(const Communicator& comm, OptionSet& options, int argc, char** argv, const OptionScope& scope) {
  agree(comm, [&] {
    if (comm.is_root()) options.resolve(argc, argv, scope);
  });
  const std::string settings = comm.broadcast(comm.is_root() ? packed(options.resolved()) : "");
  if (!comm.is_root()) options.apply(unpacked(settings));
}

std::string command_line_of(int argc, char** argv) {
  std::string line = "shoal";
  for (int i = 0; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool plain = argument.find_first_of(" \t\"'$\\*?;&|<>()#") == std::string::npos && !argument.empty();
    line += " " + (plain ? argument : "'" + argument + "'");
  }
  return line;
}

void announce(JobContext& job) {
  job.log.info(job.command_line + ", " + std::to_string(job.comm.size()) + (job.comm.size() == 1 ? " rank" : " ranks"));
  Table table({"option", "value", "from"});
  for (const auto& [name, value, where] : job.options.resolved()) table.add_row({name, value, where});
  job.log.print(table.text());
}

int end_after(const Failure& failure, const Communicator& comm, Log& log, const std::string& job) {
  const int status = static_cast<int>(failure.code);
  if (is_stop(failure.code)) ignore_signals();
  exit_at_the_latest(status);
  log.overwrite("");
  std::cout << std::flush;
  const bool together = failure.on_all_ranks || comm.size() == 1;
  const std::string text =
      together ? told_by_root(failure, job) : told_by_rank(failure, comm.rank(), comm.size(), host_name());
  if (comm.is_root() || !together) std::fputs(text.c_str(), stderr);
  if (!together) comm.abort(status);
  return status;
}

}  // namespace

int run_job(int argc, char** argv, OptionSet& options, const JobSettings& settings,
            const std::function<void(JobContext&)>& body) {
  check_processor();
  if (asks_for_help(argc, argv)) {
    if (launched_rank() == 0) std::cout << options.help();
    return static_cast<int>(ExitCode::success);
  }
  const auto start = std::chrono::system_clock::now();
  const std::string command_line = command_line_of(argc, argv);
  MpiSession mpi(&argc, &argv);
  const Communicator comm = mpi.world();
  Log log = Log::of(comm);
  try {
    if (const auto warning = warning_if_alone(comm); !warning.empty() && launched_rank() == 0) log.warn(warning);
    resolve_together(comm, options, argc, argv, settings.scope);
    Timings timings(comm.traffic());
    JobContext job{comm, log, timings, options, command_line, start};
    if (settings.announce) announce(job);
    body(job);
    if (settings.announce) {
      const std::string table = timing_table(comm, timings);
      if (!timings.phases().empty()) log.print(table);
    }
    return static_cast<int>(ExitCode::success);
  } catch (...) {
    return end_after(failure_of(std::current_exception()), comm, log, options.job());
  }
}

}  // namespace shoal
