#include "scaling_plan.hpp"

#include <algorithm>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/config_file.hpp"

namespace shoal {
namespace {

const std::map<std::string, Job (*)()> jobs{{"pipeline", pipeline_job}, {"train", train_job},   {"encode", encode_job},
                                            {"pca", pca_job},           {"kmeans", kmeans_job}, {"embed", embed_job},
                                            {"probe", probe_job},       {"score", score_job}};
const std::set<std::string> study_keys{"ranks", "repeats", "launcher"}, case_keys{"job", "scaling", "rows-per-rank"};
const std::set<std::string> own_options{"output", "dry-run", "report"};  // the study gives them

std::string at(const std::string& path, const ConfigLine& line) {
  return path + ":" + std::to_string(line.number) + ": ";
}

Index number_of(const std::string& path, const ConfigLine& line, const std::string& text, Index least) {
  try {
    std::size_t end = 0;
    const Index number = std::stoll(text, &end);
    if (end == text.size() && number >= least) return number;
  } catch (const std::exception&) {
  }
  throw option_error(at(path, line) + line.key + " is '" + text + "', but must be a whole number of at least " +
                     std::to_string(least));
}

void read_study_line(ScalingStudy& study, const std::string& path, const ConfigLine& line) {
  if (line.key == "ranks") {
    for (const auto& text : split(line.value, ',')) study.ranks.push_back(number_of(path, line, text, 1));
    std::sort(study.ranks.begin(), study.ranks.end());
    study.ranks.erase(std::unique(study.ranks.begin(), study.ranks.end()), study.ranks.end());
  } else if (line.key == "repeats") {
    study.repeats = number_of(path, line, line.value, 3);
  } else {
    study.launcher = split(line.value, ' ');
    std::erase(study.launcher, "");
    if (line.value.find("{ranks}") == std::string::npos)
      throw option_error(
          at(path, line) + "the launcher '" + line.value + "' does not say where the number of ranks goes",
          "write {ranks} there, like: launcher = srun --mpi=pmix -n {ranks}");
  }
}

ScalingCase case_of(const std::string& path, const ConfigLine& line) {
  const bool plain = std::all_of(line.section.begin(), line.section.end(),
                                 [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
  if (!plain || line.section == "network")
    throw option_error(at(path, line) + "[" + line.section + "] cannot be the name of a case",
                       "use letters, digits, '-' and '_'; network is taken");
  return {line.section, line.section, false, 0, {}};
}

void read_case_line(ScalingCase& one, const std::string& path, const ConfigLine& line) {
  if (line.key == "job") {
    one.job = line.value;
  } else if (line.key == "rows-per-rank") {
    one.rows_a_rank = number_of(path, line, line.value, 1);
  } else if (line.value == "weak" || line.value == "strong") {
    one.weak = line.value == "weak";
  } else {
    throw option_error(at(path, line) + "scaling is '" + line.value + "', but must be strong or weak");
  }
}

std::set<std::string> options_of(const std::string& job) {
  auto names = jobs.at(job)().options->names();
  std::erase_if(names, [](const std::string& name) { return own_options.contains(name); });
  return names;
}

void require_jobs(const ScalingStudy& study, const std::string& path) {
  std::vector<std::string> names;
  for (const auto& [name, factory] : jobs) names.push_back(name);
  for (const auto& one : study.cases) {
    if (jobs.contains(one.job)) continue;
    const std::string near = closest(one.job, names);
    throw option_error(path + ": [" + one.name + "] is of the job '" + one.job + "', which cannot be scaled" +
                           (near.empty() ? "" : "; did you mean " + near + "?"),
                       "the jobs are " + join(names) + "; a section's name is its job unless it has a line job = ...");
  }
}

// A section's own lines win over those above all sections.
void take_options(ScalingStudy& study, const std::string& path, const std::vector<ConfigLine>& lines) {
  std::set<std::string> known;
  for (const auto& one : study.cases) known.merge(options_of(one.job));
  for (const auto& line : lines) {
    const bool common = line.section.empty();
    if ((common ? study_keys : case_keys).contains(line.key)) continue;
    const auto named = std::find_if(study.cases.begin(), study.cases.end(),
                                    [&](const ScalingCase& one) { return one.name == line.section; });
    const auto allowed = common ? known : options_of(named->job);
    if (!allowed.contains(line.key)) {
      const std::string near = closest(line.key, {allowed.begin(), allowed.end()});
      throw option_error(at(path, line) + "there is no option '" + line.key + "'" +
                             (common ? "" : " of " + named->job) + (near.empty() ? "" : "; did you mean " + near + "?"),
                         "output and report are the study's own; ranks, repeats and launcher stand above all sections");
    }
    for (auto& one : study.cases)
      if (line.section == one.name)
        one.options[line.key] = line.value;
      else if (common && options_of(one.job).contains(line.key))
        one.options.emplace(line.key, line.value);
  }
}

void check_case(const ScalingCase& one, const std::string& path) {
  const std::string where = path + ": [" + one.name + "] ";
  if (one.weak && one.rows_a_rank == 0)
    throw option_error(where + "scales weakly, but does not say how many rows a rank has", "rows-per-rank = 10000");
  if (!one.weak && one.rows_a_rank > 0)
    throw option_error(where + "has rows-per-rank, but scales strongly: all rows, whatever the number of ranks",
                       "add: scaling = weak");
  if (one.weak && !one.options.contains("input"))
    throw option_error(where + "names no input of which to take rows", "input = images.npy");
  // A wrong value is told now, not when its turn comes.
  const Job job = jobs.at(one.job)();
  for (const auto& [name, value] : one.options) job.options->apply({{name, value, where}});
}

}  // namespace

ScalingStudy read_study(const std::string& path) {
  ScalingStudy study;
  for (const auto& heading : read_config_sections(path)) {
    study.cases.push_back(case_of(path, heading));
    for (const auto& other : study.cases)
      if (&other != &study.cases.back() && other.name == heading.section)
        throw option_error(at(path, heading) + "there are two sections [" + heading.section + "]",
                           "give one another name, and say what it runs: job = " + other.job);
  }
  const auto lines = read_config_file(path);
  const auto case_named = [&](const std::string& name) {
    return std::find_if(study.cases.begin(), study.cases.end(),
                        [&](const ScalingCase& one) { return one.name == name; });
  };
  for (const auto& line : lines) {
    if (line.section.empty() && study_keys.contains(line.key)) read_study_line(study, path, line);
    if (!line.section.empty() && case_keys.contains(line.key)) read_case_line(*case_named(line.section), path, line);
  }
  if (study.cases.empty())
    throw option_error(path + " has no section, which would say what to scale", "add one, like: [pipeline]");
  if (study.ranks.empty()) throw option_error(path + " names no numbers of ranks", "add a line: ranks = 1, 2, 4");
  require_jobs(study, path);
  take_options(study, path, lines);
  for (const auto& one : study.cases) check_case(one, path);
  return study;
}

std::string ScalingRun::name() const {
  std::string text = (study_case ? study_case->name : "network") + "-" + std::to_string(ranks) + "-ranks-";
  return text + (is_timed() ? "run-" + std::to_string(repeat + 1) : "data-of-" + std::to_string(size));
}

std::vector<ScalingRun> runs_of(const ScalingStudy& study) {
  std::vector<ScalingRun> runs;
  for (Index repeat = 0; repeat < study.repeats; ++repeat)
    for (const Index ranks : study.ranks) {
      for (const auto& one : study.cases) runs.push_back({&one, ranks, one.weak ? ranks : 1, repeat});
      if (ranks > 1) runs.push_back({nullptr, ranks, 1, repeat});
    }
  for (const auto& one : study.cases)
    for (const Index size : study.ranks)
      if (one.weak && size != study.ranks.front()) runs.push_back({&one, ranks_to_compare(study, size), size, 0});
  return runs;
}

Index ranks_to_compare(const ScalingStudy& study, Index size) {
  return *std::prev(std::find(study.ranks.begin(), study.ranks.end(), size));
}

}  // namespace shoal
