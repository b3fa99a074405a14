#include "scaling_runs.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "result_digest.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/io/output_file.hpp"
#include "shoal/io/result_file.hpp"
#include "shoal/io/text_file.hpp"
#include "shoal/job/child_process.hpp"
#include "shoal/job/interruption.hpp"

namespace shoal {
namespace {

using Json = nlohmann::ordered_json;

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string last_lines(const std::string& path) {
  constexpr std::size_t most = 8;
  auto lines = split(content_of(path), '\n');
  std::erase(lines, "");
  if (lines.size() > most) lines.erase(lines.begin(), lines.end() - most);
  return lines.empty() ? " (it said nothing)" : "\n    " + join(lines, "\n    ");
}

ExitCode code_of(int status) {
  const bool own = (status >= static_cast<int>(ExitCode::options) && status <= static_cast<int>(ExitCode::numerics)) ||
                   status == static_cast<int>(ExitCode::interrupted);
  return own ? static_cast<ExitCode>(status) : ExitCode::failure;
}

Index batch_of(const ScalingCase& one) {
  const Job job = [&] {
    Job made = one.job == "train" ? train_job() : pipeline_job();
    for (const auto& [name, value] : one.options) made.options->apply({{name, value, "the study"}});
    return made;
  }();
  for (const auto& setting : job.options->resolved())
    if (setting.name == "batch-size") return std::stoll(setting.value);
  return 0;
}

bool trains(const ScalingCase& one) {
  return one.job == "train" || one.job == "pipeline";
}

}  // namespace

ScalingRuns::ScalingRuns(JobContext& job, const ScalingStudy& study, std::string folder,
                         std::vector<std::string> environment)
    : job_(job), study_(study), folder_(std::move(folder)), environment_(std::move(environment)) {
  for (const char* part : {"/runs", "/data"}) {
    std::error_code failure;
    std::filesystem::create_directories(folder_ + part, failure);
    if (failure)
      throw output_error("cannot make the directory " + folder_ + part + ": " + failure.message(),
                         "name another --output");
  }
}

std::string ScalingRuns::path(const ScalingRun& run, const char* ending) const {
  return folder_ + "/runs/" + run.name() + ending;
}

std::string ScalingRuns::data_for(const ScalingRun& run) const {
  return folder_ + "/data/" + run.study_case->name + "-" + std::to_string(run.size) + ".h5";
}

// The first rows of the case's own data.
void ScalingRuns::make_data(const ScalingRun& run) const {
  const ScalingCase& one = *run.study_case;
  const DatasetInfo info = open_dataset(one.options.at("input"));
  const Index rows = one.rows_a_rank * run.size;
  if (rows > info.rows())
    throw input_error(info.name() + " has " + format_count(info.rows()) + " rows, but " + format_count(rows) +
                          " are needed for " + std::to_string(run.size) + " ranks of " + format_count(one.rows_a_rank),
                      "choose rows-per-rank or ranks smaller");
  const bool labelled = one.options.contains("labels");
  OutputFile file(job_.comm, data_for(run));
  const Shard all{rows, 0, rows};
  file.write_rows("/input", all, read_rows(info, 0, rows), {info.dims.begin() + 1, info.dims.end()});
  if (labelled) {
    auto labels = read_labels(one.options.at("labels"), info.rows());
    labels.resize(static_cast<std::size_t>(rows));
    file.write_rows("/labels", all, labels);
  }
  file.close();
}

std::vector<std::string> ScalingRuns::command(const ScalingRun& run) const {
  std::vector<std::string> words;
  for (std::string word : study_.launcher) {
    constexpr std::string_view mark = "{ranks}";
    for (auto at = word.find(mark); at != std::string::npos; at = word.find(mark))
      word.replace(at, mark.size(), std::to_string(run.ranks));
    words.push_back(word);
  }
  words.push_back(own_program());
  words.push_back(run.study_case ? run.study_case->job : "network");
  if (!run.study_case) return words;
  auto options = run.study_case->options;
  if (run.study_case->weak) {
    options["input"] = data_for(run) + ":/input";
    if (options.contains("labels")) options["labels"] = data_for(run) + ":/labels";
    if (trains(*run.study_case)) options["batch-size"] = std::to_string(batch_of(*run.study_case) * run.size);
  }
  if (run.study_case->job == "pipeline") options["report"] = "off";
  for (const auto& [name, value] : options) words.push_back("--" + name + "=" + value);
  return words;
}

std::optional<ScalingRecord> ScalingRuns::find(const ScalingRun& run) const {
  if (!std::filesystem::exists(path(run, ".json"))) return std::nullopt;
  const Json json = Json::parse(content_of(path(run, ".json")), nullptr, false);
  if (!json.is_object() || json.value("command", Json()) != Json(command(run))) return std::nullopt;
  return read(run);
}

ScalingRecord ScalingRuns::read(const ScalingRun& run) const {
  const std::string file = path(run, ".json");
  try {
    const Json json = Json::parse(content_of(file));
    ScalingRecord record{.run = run, .told = run_record(json.at("sidecar").dump(), file)};
    json.at("start_seconds").get_to(record.start_seconds);
    json.at("rows").get_to(record.rows);
    for (const auto& [name, digest] : json.at("digests").items()) record.digests[name] = digest;
    if (json.contains("message_bytes")) {
      json.at("message_bytes").get_to(record.message_bytes);
      json.at("message_seconds").get_to(record.message_seconds);
    }
    return record;
  } catch (const nlohmann::json::exception& wrong) {
    throw input_error("'" + file + "' is no record of a run: " + wrong.what(), "remove it: the run is made again");
  }
}

void ScalingRuns::leave_if_told(const ScalingRun& run) const {
  if (!stop_requested()) return;
  throw Error(made_ > 0 ? ExitCode::interrupted : ExitCode::standstill,
              "told to stop before the end of " + run.name() + ", after " + format_count(made_) + " runs",
              "run the same command again: it makes the runs that are missing");
}

ScalingRecord ScalingRuns::make(const ScalingRun& run) {
  leave_if_told(run);
  const std::string result = path(run, ".h5"), log = path(run, ".log");
  if (run.study_case && run.study_case->weak && !std::filesystem::exists(data_for(run))) make_data(run);
  // A run that was interrupted may have left a checkpoint: going on from it would take less time than the whole.
  for (const char* left : {"", ".json", ".checkpoint", ".checkpoint.1", ".running.json"})
    std::filesystem::remove(result + left);
  const auto words = command(run);
  auto started = words;
  started.push_back("--output=" + result);
  const Stopwatch watch;
  const int status = run_program(started, environment_, log, stop_requested);
  const double seconds = watch.seconds();
  if (status != 0) leave_if_told(run);
  if (status != 0)
    throw Error(code_of(status),
                run.name() + " (" + join(started, " ") + ") ended with status " + std::to_string(status) + ":" +
                    last_lines(log),
                "the same command goes on with the runs that are missing");
  Json json{{"command", words}};
  const Json sidecar = Json::parse(content_of(result + ".json"), nullptr, false);
  const RunRecord told = run_record(sidecar.is_object() ? sidecar.dump() : "", result + ".json");
  if (told.ranks != run.ranks)
    throw option_error(
        run.name() + " ran on " + std::to_string(told.ranks) + " ranks, not on " + std::to_string(run.ranks),
        "the launcher '" + join(study_.launcher, " ") + "' does not start as many as {ranks} says");
  json["start_seconds"] = seconds - told.seconds;
  const auto input = told.options.find("input");
  json["rows"] = input != told.options.end() ? open_dataset(input->second).rows() : 0;
  json["digests"] = Json::object();
  if (run.study_case) {
    for (const auto& [name, digest] : digests_of(result)) json["digests"][name] = digest;
  } else {
    const ResultFile file(result);
    json["message_bytes"] = file.doubles("/network/bytes");
    json["message_seconds"] = file.doubles("/network/seconds");
  }
  json["sidecar"] = sidecar;
  TextFile(job_.comm, path(run, ".json"), json.dump(1) + "\n").publish();
  std::filesystem::remove(result);
  std::filesystem::remove(result + ".json");
  ++made_;
  return read(run);
}

void require_same_bits(const std::vector<ScalingRecord>& records) {
  for (const auto& record : records) {
    if (!record.run.study_case) continue;
    const auto& first = *std::find_if(records.begin(), records.end(), [&](const ScalingRecord& other) {
      return other.run.study_case == record.run.study_case && other.run.size == record.run.size;
    });
    auto names = differing(first.digests, record.digests);
    if (names.empty()) continue;
    constexpr std::size_t most = 6;
    const std::size_t more = names.size() > most ? names.size() - most : 0;
    names.resize(std::min(names.size(), most));
    throw Error(ExitCode::difference,
                "the bits differ: " + record.run.name() + " has other numbers than " + first.run.name() + " in " +
                    join(names) + (more > 0 ? " and " + std::to_string(more) + " more" : ""),
                "times of unequal results cannot be compared. Machines of mixed kinds: pin OPENBLAS_CORETYPE and train "
                "with --engine vector; else see whether the launcher gives all ranks the same program and options")
        .set_on_all_ranks();
  }
}

}  // namespace shoal
