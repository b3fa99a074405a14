// What the sidecar says of how a result came about.
#include "json_text.hpp"
#include "shoal/core/text.hpp"
#include "shoal/report/read_run.hpp"

namespace shoal {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::vector<std::string> words;
  for (const auto& one : value) words.push_back(text_of(one));
  return join(words);
}

// "node1 (ranks 0-3), node2 (ranks 4-7)": a thousand ranks on forty hosts stay readable.
std::string hosts_text(const Json& hosts) {
  std::vector<std::string> parts;
  for (std::size_t first = 0, next = 0; first < hosts.size(); first = next) {
    while (next < hosts.size() && hosts[next] == hosts[first]) ++next;
    parts.push_back(text_of(hosts[first]) + (next - first > 1 ? " (ranks " : " (rank ") + std::to_string(first) +
                    (next - first > 1 ? "-" + std::to_string(next - 1) : "") + ")");
  }
  return join(parts);
}

double number_of(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_number() ? object[key].get<double>() : 0;
}

}  // namespace

void add_sidecar(RunReport& report, const std::string& text) {
  const Json json = parsed_json(text);
  if (!json.is_object()) return;
  double total = 0;
  const Json phases = json.value("phases", Json::object()), versions = json.value("versions", Json::object());
  for (const auto& [name, phase] : phases.items()) {
    if (!phase.is_object()) continue;
    report.phases.push_back({name, number_of(phase, "min_seconds"), number_of(phase, "mean_seconds"),
                             number_of(phase, "max_seconds"),
                             static_cast<std::int64_t>(number_of(phase, "slowest_rank"))});
    total += report.phases.back().max;
  }
  if (!report.phases.empty()) report.summary.push_back({"time in phases", format_duration(total)});
  if (json.contains("ranks")) report.summary.push_back({"ranks", text_of(json["ranks"])});
  for (const char* key : {"command_line", "start", "end", "ranks"})
    if (json.contains(key)) report.provenance.push_back({key, text_of(json[key])});
  if (json.contains("host_of_rank") && json["host_of_rank"].is_array())
    report.provenance.push_back({"hosts", hosts_text(json["host_of_rank"])});
  if (json.contains("peak_memory_bytes_of_rank") && json["peak_memory_bytes_of_rank"].is_array()) {
    double most = 0;
    for (const auto& bytes : json["peak_memory_bytes_of_rank"])
      if (bytes.is_number()) most = std::max(most, bytes.get<double>());
    report.provenance.push_back({"most memory of a rank", format_bytes(most)});
  }
  for (const auto& [name, value] : versions.items()) report.provenance.push_back({name, text_of(value)});
}

}  // namespace shoal
