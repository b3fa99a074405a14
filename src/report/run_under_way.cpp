#include "shoal/report/run_under_way.hpp"

#include <fstream>
#include <limits>
#include <sstream>

#include "json_text.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/report/read_run.hpp"

namespace shoal {
namespace {

using Json = nlohmann::ordered_json;

double number_of(const Json& value) {
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();  // JSON knows no NaN
}

// A damaged file may tell any number, and a whole one has an end.
std::string whole_text(double value) {
  constexpr double most = 1e18;
  return value > -most && value < most ? format_count(static_cast<Index>(value)) : format_number(value);
}

}  // namespace

std::string under_way_path(const std::string& output) {
  return output + ".running.json";
}

void add_epoch(RunUnderWay& run, const RunUnderWay::Epoch& epoch) {
  constexpr std::size_t most = 1000;
  auto& epochs = run.epochs;
  if (epochs.size() >= most) {
    for (std::size_t i = 0; 2 * i < epochs.size(); ++i) epochs[i] = epochs[2 * i];
    epochs.resize((epochs.size() + 1) / 2);
  }
  epochs.push_back(epoch);
}

std::string text_of(const RunUnderWay& run) {
  Json json{{"job", run.job},
            {"options", run.options},
            {"loss", run.loss},
            {"start", run.start},
            {"last", run.last},
            {"ranks", run.ranks},
            {"epochs_in_all", run.epochs_in_all},
            {"rows_an_epoch", run.rows_an_epoch},
            {"communication", run.communication}};
  for (const auto& e : run.epochs)
    json["epochs"].push_back({{"epoch", e.epoch},
                              {"training_loss", e.training_loss},
                              {"held_out_loss", e.held_out_loss},
                              {"learning_rate", e.learning_rate},
                              {"seconds", e.seconds}});
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

RunUnderWay read_under_way(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  try {
    const Json json = parsed_json(text.str(), /*or_throw=*/true);
    RunUnderWay run{json.at("job"),
                    json.at("options"),
                    json.at("loss"),
                    json.at("start"),
                    json.at("last"),
                    json.at("ranks"),
                    json.at("epochs_in_all"),
                    number_of(json.at("rows_an_epoch")),
                    number_of(json.at("communication")),
                    {}};
    for (const auto& e : json.at("epochs"))
      run.epochs.push_back({e.at("epoch"), number_of(e.at("training_loss")), number_of(e.at("held_out_loss")),
                            number_of(e.at("learning_rate")), number_of(e.at("seconds"))});
    return run;
  } catch (const nlohmann::json::exception& wrong) {
    throw input_error("'" + path + "' does not tell how far a run is: " + wrong.what(),
                      "if no run writes it any more, remove it");
  }
}

RunReport report_of(const RunUnderWay& run, const std::string& path) {
  RunReport report;
  const std::string name = path.substr(path.rfind('/') + 1);
  report.title = "shoal " + run.job + ": " + name + ", under way";
  report.loss_name = run.loss;
  double seconds = 0;
  for (const auto& e : run.epochs) {
    report.epochs.push_back(static_cast<double>(e.epoch));
    report.training_loss.push_back(e.training_loss);
    report.held_out_loss.push_back(e.held_out_loss);
    report.learning_rate.push_back(e.learning_rate);
    seconds = e.seconds;
  }
  const std::int64_t done = run.epochs.empty() ? 0 : run.epochs.back().epoch;
  report.summary = {{"training", "epoch " + format_count(done) + " of " + format_count(run.epochs_in_all)},
                    {"last epoch ended", run.last}};
  if (!run.epochs.empty()) {
    report.summary.push_back({"training loss", format_number(run.epochs.back().training_loss)});
    report.summary.push_back({"held-out loss", format_number(run.epochs.back().held_out_loss)});
    report.summary.push_back({"seconds an epoch", format_number(seconds)});
    report.summary.push_back({"rows a second", whole_text(run.rows_an_epoch / std::max(seconds, 1e-9))});
    report.summary.push_back({"left to train", format_duration(seconds * (static_cast<double>(run.epochs_in_all) -
                                                                          static_cast<double>(done)))});
  }
  report.summary.push_back({"in communication", format_number(100 * run.communication, 3) + "%"});
  report.summary.push_back({"ranks", format_count(run.ranks)});
  report.provenance = {{"start", run.start}, {"ranks", format_count(run.ranks)}};
  add_options(report, run.options);
  return report;
}

}  // namespace shoal
