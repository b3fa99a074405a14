#include "shoal/report/scaling_page.hpp"

#include <nlohmann/json.hpp>

#include "page.hpp"

namespace shoal {
namespace {

using Json = nlohmann::ordered_json;

Json marks_json(const std::vector<ScalingMark>& marks) {
  Json list = Json::array();
  for (const auto& mark : marks)
    list.push_back({{"ranks", mark.ranks},
                    {"seconds", mark.seconds},
                    {"least", mark.least},
                    {"most", mark.most},
                    {"speedup", mark.speedup},
                    {"efficiency", mark.efficiency},
                    {"communication", mark.communication},
                    {"imbalance", mark.imbalance},
                    {"busiest", mark.busiest},
                    {"bytes", mark.bytes},
                    {"memory", mark.memory},
                    {"start", mark.start},
                    {"crowded", mark.crowded}});
  return list;
}

}  // namespace

std::string scaling_page(const std::string& title, const std::vector<ScalingCurve>& curves,
                         const std::vector<std::string>& assumptions) {
  Json json{{"title", title}, {"assumptions", assumptions}, {"curves", Json::array()}};
  for (const auto& curve : curves) {
    Json phases = Json::array();
    for (const auto& phase : curve.phases)
      phases.push_back(
          {{"name", phase.name}, {"seconds", phase.seconds}, {"fixed", phase.fixed}, {"shared", phase.shared}});
    json["curves"].push_back({{"id", curve.id},
                              {"title", curve.title},
                              {"weak", curve.weak},
                              {"errors", curve.model_errors},
                              {"points", marks_json(curve.points)},
                              {"model", marks_json(curve.model)},
                              {"phases", phases}});
  }
  return page::filled(title, json, "", page::scaling_script);
}

}  // namespace shoal
