#include "shoal/report/html.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "page.hpp"

namespace shoal {
namespace {

using Json = nlohmann::ordered_json;

std::string png_address(const Picture& picture) {
  if (picture.empty()) return "";
  const std::string png = png_of(picture);
  return "data:image/png;base64," + base64_of(std::as_bytes(std::span(png)));
}

// Numbers of the points go into elements of their own, as base64 of little-endian arrays: a million of them as JSON
// would take three times the room and seconds to read.
class Arrays {
 public:
  template <class T>
  Json add(const std::string& name, const char* type, const std::vector<T>& values) {
    text_ += R"(<script type="text/plain" id="array-)" + name + "\">" + base64_of(std::as_bytes(std::span(values))) +
             "</script>\n";
    return {{"array", name}, {"type", type}, {"length", values.size()}};
  }

  /// Coordinates in 16 bits between the least and the greatest: finer than any screen.
  Json add_coordinates(const std::string& name, const std::vector<float>& values) {
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    const float low = values.empty() ? 0 : *least, high = values.empty() ? 1 : *greatest;
    const float range = high > low ? high - low : 1;
    std::vector<std::uint16_t> steps;
    for (const float value : values)
      steps.push_back(static_cast<std::uint16_t>(std::lround((value - low) / range * 65535)));
    Json json = add(name, "uint16", steps);
    json["low"] = low;
    json["high"] = low + range;
    return json;
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

Json facts_json(const std::vector<Fact>& facts) {
  Json list = Json::array();
  for (const auto& fact : facts) list.push_back({fact.name, fact.value});
  return list;
}

Json example_json(const RunReport& report, const Example& example) {
  Json json{{"point", example.point}, {"row", report.row(example.point)}, {"error", example.error}};
  if (!example.original.empty()) json["original"] = png_address(example.original);
  if (!example.reconstruction.empty()) json["reconstruction"] = png_address(example.reconstruction);
  return json;
}

Json examples_json(const RunReport& report, const std::vector<Example>& examples) {
  Json list = Json::array();
  for (const auto& example : examples) list.push_back(example_json(report, example));
  return list;
}

Json points_json(const RunReport& report, Arrays& arrays) {
  Json json{{"count", report.points}, {"rows", report.rows}};
  if (!report.row_of.empty()) {
    std::vector<double> rows(report.row_of.begin(), report.row_of.end());
    json["row"] = arrays.add("row", "float64", rows);
  }
  json["maps"] = Json::array();
  for (const auto& map : report.maps)
    json["maps"].push_back({{"id", map.id},
                            {"name", map.name},
                            {"xName", map.x_name},
                            {"yName", map.y_name},
                            {"x", arrays.add_coordinates(map.id + "-x", map.x)},
                            {"y", arrays.add_coordinates(map.id + "-y", map.y)}});
  const auto small = [](const std::vector<std::int32_t>& values) {
    return std::vector<std::uint16_t>(values.begin(), values.end());
  };
  if (!report.errors.empty()) json["error"] = arrays.add("error", "float32", report.errors);
  if (!report.clusters.empty()) json["cluster"] = arrays.add("cluster", "uint16", small(report.clusters));
  if (!report.classes.empty()) json["class"] = arrays.add("class", "uint16", small(report.classes));
  json["classValues"] = report.class_values;
  if (!report.thumbnails.empty()) {
    const std::vector<std::uint32_t> points(report.thumbnail_points.begin(), report.thumbnail_points.end());
    json["thumbnails"] = {{"side", report.thumbnail_side},
                          {"columns", report.thumbnail_columns},
                          {"points", arrays.add("thumbnail-points", "uint32", points)},
                          {"image", png_address(report.thumbnails)}};
  }
  return json;
}

Json charts_json(const RunReport& report) {
  Json json{{"history",
             {{"loss", report.loss_name},
              {"keptEpoch", report.kept_epoch},
              {"epoch", report.epochs},
              {"training", report.training_loss},
              {"heldOut", report.held_out_loss},
              {"rate", report.learning_rate}}},
            {"explained", report.explained_variance_ratio},
            {"clusterSizes", report.cluster_sizes},
            {"contingency",
             {{"counts", report.contingency},
              {"classes", report.contingency_classes},
              {"classOfCluster", report.class_of_cluster}}},
            {"inertiaTrace", report.inertia_trace}};
  json["choice"] = Json::array();
  for (const auto& curve : report.cluster_choice)
    json["choice"].push_back({{"name", curve.name}, {"xName", curve.x_name}, {"x", curve.x}, {"y", curve.y}});
  json["phases"] = Json::array();
  for (const auto& phase : report.phases)
    json["phases"].push_back({{"name", phase.name},
                              {"min", phase.min},
                              {"mean", phase.mean},
                              {"max", phase.max},
                              {"slowest", phase.slowest_rank}});
  return json;
}

}  // namespace

std::string report_html(const RunReport& report) {
  Arrays arrays;
  Json json{{"title", report.title},
            {"summary", facts_json(report.summary)},
            {"configuration", facts_json(report.configuration)},
            {"provenance", facts_json(report.provenance)}};
  json["points"] = points_json(report, arrays);
  json["charts"] = charts_json(report);
  json["examples"] = examples_json(report, report.examples);
  json["members"] = Json::array();
  for (const auto& members : report.members)
    json["members"].push_back({{"cluster", members.cluster},
                               {"nearest", examples_json(report, members.nearest)},
                               {"farthest", examples_json(report, members.farthest)}});
  return page::filled(report.title, json, arrays.text(), page::script);
}

}  // namespace shoal
