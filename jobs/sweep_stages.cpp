#include "sweep_stages.hpp"

#include "shoal/core/digest.hpp"
#include "shoal/core/error.hpp"

namespace shoal {
namespace {

using Factory = Job (*)();

/// Options that the sweep itself gives to its stages.
const std::set<std::string> own_options{
    "output", "dry-run", "model", "predicted", "errors", "apply", "inverse", "checkpoint-minutes", "max-wall"};

/// `given`: what the sweep gives; `row`: the run's options, of which a stage takes those that it knows.
Stage stage_of(Factory factory, const std::string& folder, const SweepOptions& row, const SweepOptions& given) {
  Stage stage{factory(), ""};
  const auto names = stage.job.options->names();
  std::vector<Setting> settings;
  for (const auto& [name, value] : row)
    if (names.contains(name) && !own_options.contains(name) && !given.contains(name))
      settings.push_back({name, value, "the sweep file"});
  for (const auto& [name, value] : given) settings.push_back({name, value, "the sweep"});
  stage.job.options->apply(settings);
  // Without the folder: a directory that was moved keeps its results.
  std::string key = stage.job.options->job() + stage.job.options->json();
  for (auto at = key.find(folder + "/"); at != std::string::npos; at = key.find(folder + "/", at))
    key.erase(at, folder.size() + 1);
  Digest digest;
  digest.add(key);
  stage.path = folder + "/" + stage.job.options->job() + "-" + digest.hex() + ".h5";
  stage.job.options->apply({{"output", stage.path, "the sweep"}});
  return stage;
}

}  // namespace

std::set<std::string> sweep_options() {
  std::set<std::string> known{"evaluate", "labels"};
  for (const Factory factory : {train_job, pca_job, kmeans_job})
    for (const auto& name : factory().options->names())
      if (!own_options.contains(name)) known.insert(name);
  return known;
}

std::vector<Stage> stages_of(const std::string& folder, const SweepOptions& row) {
  const auto at = [&](const char* name) { return row.contains(name) ? row.at(name) : ""; };
  if (at("input").empty()) throw option_error("the sweep names no input", "add a line to it: input = images.npy");
  const std::string rows = at("evaluate").empty() ? at("input") : at("evaluate");
  std::vector<Stage> stages;
  stages.push_back(stage_of(train_job, folder, row, {}));
  stages.push_back(stage_of(encode_job, folder, row, {{"model", stages[0].path}, {"input", rows}}));
  stages.push_back(stage_of(pca_job, folder, row, {{"input", stages[1].path + ":/codes/data"}}));
  stages.push_back(stage_of(kmeans_job, folder, row, {{"input", stages[2].path + ":/pca/scores"}}));
  if (!at("labels").empty())
    stages.push_back(
        stage_of(score_job, folder, {}, {{"predicted", stages[3].path + ":/kmeans/labels"}, {"labels", at("labels")}}));
  return stages;
}

}  // namespace shoal
