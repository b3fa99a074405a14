#include "shoal/job/provenance.hpp"

#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "shoal/job/cores.hpp"
#include "shoal/job/timing_table.hpp"

namespace shoal {
namespace {

using Json = nlohmann::ordered_json;  // a reader wants the job first, not its build

Json options_of(const OptionSet& options) {
  Json object = Json::object();
  for (const auto& [name, value, where] : options.resolved()) object[name] = {{"value", value}, {"from", where}};
  return object;
}

// To microseconds and bytes: with a thousand ranks, digits add up.
std::vector<double> rounded(std::vector<double> values) {
  for (double& value : values) value = std::round(1e6 * value) / 1e6;
  return values;
}

Json phases_of(const Communicator& comm, const Timings& timings) {
  Json object = Json::object();
  for (const auto& phase : timing_over_ranks(comm, timings))
    object[phase.phase] = {{"min_seconds", phase.min_seconds},
                           {"mean_seconds", phase.mean_seconds},
                           {"max_seconds", phase.max_seconds},
                           {"slowest_rank", phase.slowest_rank},
                           {"seconds_of_rank", rounded(phase.seconds_of_rank)},
                           {"communication_seconds_of_rank", rounded(phase.communication_seconds_of_rank)},
                           {"communicated_bytes_of_rank", rounded(phase.communicated_bytes_of_rank)},
                           {"collective_calls", phase.collective_calls}};
  return object;
}

Json versions_of(const BuildInfo& build) {
  return {{"shoal", build.version},
          {"revision", build.revision},
          {"compiler", build.compiler},
          {"arch", build.arch},
          {"instruction_sets", build.instruction_sets},
          {"build_type", build.build_type},
          {"mpi", build.mpi},
          {"hdf5", build.hdf5},
          {"blas", build.blas}};
}

}  // namespace

std::string provenance_json(const JobContext& job, const BuildInfo& build) {
  using std::chrono::system_clock;
  Json json;
  const Traffic traffic = job.comm.traffic();
  const double seconds = job.comm.max(job.watch.seconds());
  json["job"] = job.options.job();
  json["command_line"] = job.command_line;
  json["start"] = format_utc_time(system_clock::to_time_t(job.start));
  json["end"] = job.comm.broadcast(format_utc_time(system_clock::to_time_t(system_clock::now())));
  json["seconds"] = seconds;
  json["ranks"] = job.comm.size();
  json["cores"] = cores_of_ranks(job.comm);
  json["host_of_rank"] = gather_texts(job.comm, host_name());
  json["options"] = options_of(job.options);
  json["phases"] = phases_of(job.comm, job.timings);
  json["communication_seconds_of_rank"] = rounded(job.comm.gather(traffic.seconds));
  json["communicated_bytes_of_rank"] = rounded(job.comm.gather(traffic.bytes));
  json["collective_calls"] = job.comm.max(traffic.calls);
  json["peak_memory_bytes_of_rank"] = job.comm.gather(peak_memory_bytes());
  json["versions"] = versions_of(build);
  return job.comm.broadcast(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Index peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return Index{usage.ru_maxrss} * 1024;
}

std::string format_utc_time(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace shoal
