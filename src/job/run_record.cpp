#include "shoal/job/run_record.hpp"

#include <nlohmann/json.hpp>

#include "shoal/core/error.hpp"

namespace shoal {

RunRecord run_record(const std::string& text, const std::string& path) {
  using Json = nlohmann::ordered_json;  // phases in their order
  try {
    const Json json = Json::parse(text);
    RunRecord record;
    json.at("job").get_to(record.job);
    json.at("versions").at("revision").get_to(record.revision);
    json.at("seconds").get_to(record.seconds);
    json.at("ranks").get_to(record.ranks);
    json.at("cores").get_to(record.cores);
    json.at("communication_seconds_of_rank").get_to(record.communication_of_rank);
    json.at("communicated_bytes_of_rank").get_to(record.bytes_of_rank);
    json.at("peak_memory_bytes_of_rank").get_to(record.memory_of_rank);
    for (const auto& [name, option] : json.at("options").items())
      record.options[name] = option.at("value").get<std::string>();
    for (const auto& [name, phase] : json.at("phases").items()) {
      RunRecord::Phase& read = record.phases.emplace_back();
      read.name = name;
      phase.at("seconds_of_rank").get_to(read.seconds_of_rank);
      phase.at("communication_seconds_of_rank").get_to(read.communication_of_rank);
      phase.at("communicated_bytes_of_rank").get_to(read.bytes_of_rank);
      phase.at("collective_calls").get_to(read.calls);
    }
    return record;
  } catch (const nlohmann::json::exception& wrong) {
    throw input_error("'" + path + "' does not say where the time of a run went: " + wrong.what(),
                      "remove it: the run is made again");
  }
}

}  // namespace shoal
