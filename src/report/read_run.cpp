#include "shoal/report/read_run.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "json_text.hpp"
#include "point_rows.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/result_file.hpp"

namespace shoal {
namespace {

Error damaged(const ResultFile& file, const std::string& name, const std::string& what) {
  return input_error(
      "'" + file.path() + ":" + name + "' " + what,
      "The file was changed, or is damaged: make it again, or look what is there: shoal inspect " + file.path() + ".");
}

// What is drawn together is indexed together: lengths that differ would lead beyond an end.
void require_length(const ResultFile& file, const std::string& name, Index length, const std::string& beside,
                    Index expected) {
  if (length != expected)
    throw damaged(file, name,
                  "has " + format_count(length) + " numbers, but " + beside + " has " + format_count(expected));
}

// The rows of a dataset; 0 where there is none.
Index rows_of(const ResultFile& file, const std::string& name) {
  if (!file.has(name)) return 0;
  const auto dims = file.dims(name);
  if (dims.empty()) throw damaged(file, name, "is a single number where rows are expected");
  return dims.front();
}

void read_history(const ResultFile& file, RunReport& report) {
  if (!file.has("/history/epoch")) return;
  report.epochs = file.doubles("/history/epoch");
  report.training_loss = file.doubles("/history/training_loss");
  report.held_out_loss = file.doubles("/history/held_out_loss");
  if (file.has("/history/learning_rate")) report.learning_rate = file.doubles("/history/learning_rate");
  if (file.has_attribute("/history", "loss")) report.loss_name = file.text_attribute("/history", "loss");
  if (file.has_attribute("/history", "kept_epoch"))
    report.kept_epoch = file.integer_attribute("/history", "kept_epoch");
  const Index epochs = std::ssize(report.epochs);
  require_length(file, "/history/training_loss", std::ssize(report.training_loss), "/history/epoch", epochs);
  require_length(file, "/history/held_out_loss", std::ssize(report.held_out_loss), "/history/epoch", epochs);
  if (!report.learning_rate.empty())
    require_length(file, "/history/learning_rate", std::ssize(report.learning_rate), "/history/epoch", epochs);
  if (report.epochs.empty()) return;
  const auto kept = static_cast<std::size_t>(
      std::clamp<std::int64_t>(report.kept_epoch, 1, static_cast<std::int64_t>(report.epochs.size())) - 1);
  report.summary.push_back({"epochs", format_count(std::ssize(report.epochs))});
  report.summary.push_back({"training loss", format_number(report.training_loss[kept])});
  if (std::isfinite(report.held_out_loss[kept]))
    report.summary.push_back({"held-out loss", format_number(report.held_out_loss[kept])});
}

void read_model_facts(const ResultFile& file, RunReport& report) {
  if (!file.has("/model")) return;
  const auto shape = file.numbers_attribute("/model", "input_shape");
  std::vector<std::string> sizes;
  for (const double size : shape) sizes.push_back(format_number(size, 9));
  report.summary.push_back({"input", join(sizes, " x ") + " " + file.text_attribute("/model", "input_type")});
  report.summary.push_back({"code", format_count(file.integer_attribute("/model", "code_size")) + " numbers"});
  report.summary.push_back({"parameters", format_count(file.integer_attribute("/model", "parameter_count"))});
  report.configuration.push_back({"encoder", file.text_attribute("/model", "encoder")});
  report.configuration.push_back({"decoder", file.text_attribute("/model", "decoder")});
}

void read_scores(const ResultFile& file, RunReport& report) {
  const auto add = [&](const std::string& group, const std::string& title) {
    if (!file.has_attribute(group, "accuracy")) return;
    for (const auto& [measure, name] :
         {std::pair{"accuracy", "accuracy"}, {"purity", "purity"}, {"nmi", "NMI"}, {"ari", "ARI"}})
      report.summary.push_back({name + title, format_number(file.number_attribute(group, measure))});
  };
  add("/score", "");
  add("/baseline/score", " of the raw input (baseline)");
  add("/apply/score", " on the second dataset");
  if (!file.has("/score/contingency")) return;
  const auto dims = file.dims("/score/contingency");
  if (dims.size() != 2)
    throw damaged(file, "/score/contingency", "has " + std::to_string(dims.size()) + " dimensions, not 2");
  const auto counts = file.integers("/score/contingency");
  report.contingency_classes = file.integers("/score/class_values");
  report.class_of_cluster = file.integers("/score/class_of_cluster");
  require_length(file, "/score/class_values", std::ssize(report.contingency_classes), "a column of /score/contingency",
                 dims[0]);
  require_length(file, "/score/class_of_cluster", std::ssize(report.class_of_cluster), "a row of /score/contingency",
                 dims[1]);
  for (Index i = 0; i < dims[0]; ++i)
    report.contingency.emplace_back(counts.begin() + i * dims[1], counts.begin() + (i + 1) * dims[1]);
}

void read_map_quality(const ResultFile& file, RunReport& report) {
  const auto add = [&](const char* attribute, const std::string& name) {
    if (file.has_attribute("/embedding", attribute))
      report.summary.push_back({name, format_number(file.number_attribute("/embedding", attribute))});
  };
  if (!file.has("/embedding")) return;
  add("kl_divergence", "KL divergence of the map");
  add("trustworthiness", "trustworthiness of the map");
  add("neighborhood_preservation", "neighbours kept in the map");
  add("nearest_neighbor_accuracy", "accuracy of the nearest in the map");
}

void read_clusters(const ResultFile& file, RunReport& report) {
  if (file.has("/kmeans/sizes")) report.cluster_sizes = file.integers("/kmeans/sizes");
  if (file.has("/kmeans/inertia_trace")) report.inertia_trace = file.doubles("/kmeans/inertia_trace");
  if (!report.cluster_sizes.empty())
    report.summary.push_back({"clusters", format_count(std::ssize(report.cluster_sizes))});
  if (!file.has("/choice/k")) return;
  const auto k = file.doubles("/choice/k");
  for (const char* measure : {"inertia", "silhouette", "calinski_harabasz", "davies_bouldin"}) {
    const std::string name = std::string("/choice/") + measure;
    if (file.has(name)) report.cluster_choice.push_back({measure, "k", k, file.doubles(name)});
  }
}

void read_points(const ResultFile& file, RunReport& report, Index most_points) {
  for (const char* name : {"/codes/reconstruction_error", "/pca/scores", "/kmeans/labels", "/embedding/points"})
    report.rows = std::max(report.rows, rows_of(file, name));
  if (report.rows == 0) return;
  report.summary.insert(report.summary.begin(), {"samples", format_count(report.rows)});
  PointRows points(file.path(), report.rows, most_points);
  report.points = points.count();
  if (report.points < report.rows) {
    report.row_of = points.rows();
    report.summary.push_back({"points shown", format_count(report.points)});
  }
  const auto add_map = [&](const std::string& name, PointMap map) {
    if (!file.has(name)) return;
    const auto dims = file.dims(name);
    if (dims.size() != 2 || dims[1] < 1 || dims[0] != report.rows) return;
    map.x = points.column(name, 0);
    map.y = dims[1] > 1 ? points.column(name, 1) : std::vector<float>(map.x.size(), 0.0f);
    report.maps.push_back(std::move(map));
  };
  add_map("/pca/scores", {"pca", "Principal components", "component 0", "component 1", {}, {}});
  const bool plane = file.has_attribute("/embedding", "method") && file.text_attribute("/embedding", "method") == "pca";
  if (report.maps.empty())
    add_map(plane ? "/embedding/points" : "/embedding/pca/points",
            {"pca", "Principal components", "component 0", "component 1", {}, {}});
  if (!plane) add_map("/embedding/points", {"tsne", "t-SNE", "", "", {}, {}});
  const auto same_rows = [&](const std::string& name) { return rows_of(file, name) == report.rows; };
  if (same_rows("/codes/reconstruction_error")) report.errors = points.column("/codes/reconstruction_error", 0);
  if (same_rows("/kmeans/distances")) report.distances = points.column("/kmeans/distances", 0);
  if (same_rows("/kmeans/labels"))
    for (const float label : points.column("/kmeans/labels", 0)) {
      const bool is_cluster = label >= 0 && label < 2e9f;  // a damaged one may be anything, also not a number
      report.clusters.push_back(is_cluster ? static_cast<int>(label) : -1);
    }
}

}  // namespace

RunReport read_run(const std::string& path, Index most_points) {
  const ResultFile file(path);
  RunReport report;
  const std::string job = file.has_attribute("/", "job") ? file.text_attribute("/", "job") : "run";
  report.title = "shoal " + job + ": " + path.substr(path.rfind('/') + 1);
  read_points(file, report, most_points);
  read_model_facts(file, report);
  read_history(file, report);
  read_clusters(file, report);
  read_scores(file, report);
  read_map_quality(file, report);
  if (file.has("/pca/explained_variance_ratio"))
    report.explained_variance_ratio = file.doubles("/pca/explained_variance_ratio");
  if (report.summary.empty())
    throw input_error(path + " has nothing that a report shows",
                      "give what shoal pipeline, train, encode, pca, kmeans, embed or score wrote");
  if (file.has_attribute("/", "options")) add_options(report, file.text_attribute("/", "options"));
  if (std::ifstream sidecar(path + ".json"); sidecar) {
    std::ostringstream text;
    text << sidecar.rdbuf();
    add_sidecar(report, text.str());
  }
  return report;
}

void add_options(RunReport& report, const std::string& json) {
  const auto options = parsed_json<nlohmann::json>(json);
  if (!options.is_object()) return;
  for (const auto& [name, value] : options.items())
    if (value != "")  // NOLINT(readability-container-size-empty): a text within JSON, not a container
      report.configuration.push_back({name, value.is_string() ? value.get<std::string>() : value.dump()});
}

void add_classes(RunReport& report, std::span<const std::int64_t> labels, std::span<const std::int64_t> clusters) {
  report.class_values.assign(labels.begin(), labels.end());
  std::sort(report.class_values.begin(), report.class_values.end());
  report.class_values.erase(std::unique(report.class_values.begin(), report.class_values.end()),
                            report.class_values.end());
  const auto class_of = [&](std::int64_t label) {
    return static_cast<std::int32_t>(std::lower_bound(report.class_values.begin(), report.class_values.end(), label) -
                                     report.class_values.begin());
  };
  report.classes.clear();
  for (Index i = 0; i < report.points; ++i)
    report.classes.push_back(class_of(labels[static_cast<std::size_t>(report.row(i))]));
  if (!report.contingency.empty() || clusters.size() != labels.size()) return;
  const std::size_t k = report.cluster_sizes.size();
  report.contingency_classes = report.class_values;
  report.contingency.assign(report.class_values.size(), std::vector<std::int64_t>(k, 0));
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (clusters[i] >= 0 && static_cast<std::size_t>(clusters[i]) < k)
      ++report.contingency[static_cast<std::size_t>(class_of(labels[i]))][static_cast<std::size_t>(clusters[i])];
}

std::string option_of_run(const std::string& path, const std::string& option) {
  const ResultFile file(path);
  if (!file.has_attribute("/", "options")) return "";
  const auto options = parsed_json<nlohmann::json>(file.text_attribute("/", "options"));
  if (!options.is_object() || !options.contains(option) || !options[option].is_string()) return "";
  return options[option].get<std::string>();
}

}  // namespace shoal
