#include "scaling_table.hpp"

#include <cmath>

#include "shoal/core/text.hpp"
#include "shoal/job/table.hpp"

namespace shoal {
namespace {

std::string percent(double share, int digits = 3) {
  return format_number(100 * share, digits) + "%";
}

std::string signed_percent(double share) {
  return (share >= 0 ? "+" : "") + percent(share, 2);
}

Index count(double number) {
  return static_cast<Index>(std::llround(number));
}

std::string points_table(const ScalingResult& result) {
  Table table({"ranks", "rows", "median s", "min s", "max s", "speed-up", "efficiency", "in communication",
               "most/mean work", "of rank", "moved a rank", "memory a rank", "model s", "error"});
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const auto& p = result.points[i];
    const double fitted = result.forecast.fitted[i];
    table.add_row({std::to_string(p.ranks) + (p.cores < p.ranks ? " *" : ""), format_count(p.rows),
                   format_number(p.median), format_number(p.least), format_number(p.most), format_number(p.speedup, 3),
                   percent(p.efficiency), percent(p.communication), format_number(p.imbalance, 3),
                   std::to_string(p.busiest), format_bytes(p.bytes), format_bytes(p.memory), format_number(fitted),
                   signed_percent(fitted / p.median - 1)});
  }
  std::string text = table.text();
  for (const auto& p : result.points)
    if (p.cores < p.ranks) {
      text += "  * more ranks than cores: ranks wait for each other's turn\n";
      break;
    }
  return text;
}

std::string phases_table(const ScalingResult& result) {
  std::vector<std::string> head{"phase, median s"};
  for (const auto& point : result.points)
    head.push_back(std::to_string(point.ranks) + (point.ranks > 1 ? " ranks" : " rank"));
  for (const char* column : {"model: fixed s", "shared s", "sums", "of together"}) head.emplace_back(column);
  Table table(head);
  for (std::size_t p = 0; p < result.forecast.model.phases.size(); ++p) {
    const PhaseModel& model = result.forecast.model.phases[p];
    std::vector<std::string> row{model.phase};
    for (const auto& point : result.points) row.push_back(format_number(point.phases[p].seconds, 3));
    row.push_back(format_number(model.fixed_seconds, 3));
    row.push_back(format_number(model.shared_seconds, 3));
    const auto most = static_cast<double>(result.points.back().ranks);
    row.push_back(format_count(count(model.calls + model.calls_per_rank * most)));
    row.push_back(format_bytes(model.bytes + model.bytes_per_rank * most));
    table.add_row(row);
  }
  return table.text();
}

std::string forecast_table(const ScalingForecast& forecast) {
  Table table({"ranks", "predicted s", "speed-up", "efficiency", "in communication"});
  for (const auto& f : forecast.forecasts)
    table.add_row({format_count(count(f.ranks)), format_number(f.seconds), format_number(f.speedup, 3),
                   percent(f.efficiency), percent(f.communication)});
  return table.text();
}

std::string title_of(const ScalingResult& result) {
  const auto& one = *result.study_case;
  return one.name + ": " + (one.weak ? "weak" : "strong") + " scaling of shoal " + one.job +
         (one.weak ? ", " + format_count(one.rows_a_rank) + " rows a rank" : "") + ", median of " +
         std::to_string(result.points.front().seconds.size()) + " runs\n";
}

std::string model_errors(const ScalingForecast& forecast) {
  std::string text = "Model: fitted to these times with an error of " + percent(forecast.rms_error, 2) +
                     " (root mean square), " + percent(forecast.worst_error, 2) + " at most";
  if (std::isfinite(forecast.held_out_error))
    text += "; without the most ranks it foretells their time with " + signed_percent(forecast.held_out_error);
  return text + "\n";
}

}  // namespace

std::string text_of(const ScalingResult& result) {
  return title_of(result) + points_table(result) + "\n" + phases_table(result) + "\n" + model_errors(result.forecast) +
         forecast_table(result.forecast);
}

std::string csv_of(const std::vector<ScalingResult>& results) {
  std::string text =
      "case,job,scaling,ranks,cores,rows,runs,median_seconds,min_seconds,max_seconds,start_seconds,speedup,efficiency,"
      "communication,imbalance,busiest_rank,bytes_a_rank,memory_bytes_a_rank,model_seconds\n";
  for (const auto& result : results)
    for (std::size_t i = 0; i < result.points.size(); ++i) {
      const auto& p = result.points[i];
      std::vector<std::string> cells{result.study_case->name, result.study_case->job,
                                     result.study_case->weak ? "weak" : "strong"};
      for (const Index number : {p.ranks, p.cores, p.rows, Index{std::ssize(p.seconds)}})
        cells.push_back(std::to_string(number));
      for (const double number :
           {p.median, p.least, p.most, p.start_seconds, p.speedup, p.efficiency, p.communication, p.imbalance,
            static_cast<double>(p.busiest), p.bytes, p.memory, result.forecast.fitted[i]})
        cells.push_back(format_number(number, 12));
      text += join(cells, ",") + "\n";
    }
  return text;
}

std::string figures_of_merit(const std::vector<ScalingResult>& results) {
  std::string text;
  const auto add = [&](const std::string& name, double value) {
    text += "FOM " + name + " = " + format_number(value, 6) + "\n";
  };
  for (const auto& result : results) {
    const std::string& name = result.study_case->name;
    for (const auto& p : result.points) {
      const std::string at = name + "_" + std::to_string(p.ranks) + "_";
      add(at + "seconds", p.median);
      add(at + "speedup", p.speedup);
      add(at + "efficiency", p.efficiency);
      add(at + "communication", p.communication);
      add(at + "imbalance", p.imbalance);
      add(at + "bytes_a_rank", p.bytes);
      add(at + "memory_bytes_a_rank", p.memory);
    }
    add(name + "_model_error", result.forecast.worst_error);
    for (const auto& f : result.forecast.forecasts)
      add(name + "_predicted_" + std::to_string(count(f.ranks)) + "_seconds", f.seconds);
  }
  return text + "FOM bits_equal = 1\n";
}

void write_scaling(OutputFile& file, const ScalingResult& result) {
  const std::string group = "/" + result.study_case->name;
  const std::vector<Index> dims{std::ssize(result.points)};
  std::vector<std::int64_t> ranks;
  for (const auto& point : result.points) ranks.push_back(point.ranks);
  file.write(group + "/ranks", ranks, dims);
  file.describe(group + "/ranks", "", "numbers of ranks");
  const auto series = [&](const std::string& name, const std::string& units, const std::string& text, auto value_of) {
    std::vector<double> values;
    for (const auto& point : result.points) values.push_back(static_cast<double>(value_of(point)));
    file.write(group + "/" + name, values, dims);
    file.describe(group + "/" + name, units, text);
    file.label_dimensions(group + "/" + name, {"ranks"});
    file.attach_scale(group + "/" + name, 0, group + "/ranks");
  };
  series("seconds", "s", "median over runs", [](auto& p) { return p.median; });
  series("min_seconds", "s", "least over runs", [](auto& p) { return p.least; });
  series("max_seconds", "s", "most over runs", [](auto& p) { return p.most; });
  series("start_seconds", "s", "of launcher and MPI beyond those, median", [](auto& p) { return p.start_seconds; });
  series("rows", "samples", "of the input", [](auto& p) { return p.rows; });
  series("cores", "", "that the ranks might use", [](auto& p) { return p.cores; });
  series("speedup", "", "against the fewest ranks", [](auto& p) { return p.speedup; });
  series("efficiency", "", "speed-up over ranks", [](auto& p) { return p.efficiency; });
  series("communication", "", "share of time, mean over ranks", [](auto& p) { return p.communication; });
  series("imbalance", "", "time outside communication, most over mean of ranks", [](auto& p) { return p.imbalance; });
  series("busiest_rank", "", "the rank with the most", [](auto& p) { return p.busiest; });
  series("bytes_a_rank", "bytes", "of collective calls, of the rank with the most", [](auto& p) { return p.bytes; });
  series("memory_bytes_a_rank", "bytes", "peak, of the rank with the most", [](auto& p) { return p.memory; });
  std::size_t next = 0;
  series("model_seconds", "s", "by the fitted model", [&](auto&) { return result.forecast.fitted[next++]; });
  std::vector<double> predicted_ranks, predicted;
  for (const auto& f : result.forecast.forecasts) {
    predicted_ranks.push_back(f.ranks);
    predicted.push_back(f.seconds);
  }
  file.write(group + "/predicted_ranks", predicted_ranks, {std::ssize(predicted)});
  file.write(group + "/predicted_seconds", predicted, {std::ssize(predicted)});
  file.describe(group + "/predicted_seconds", "s", "by the model, under the assumptions of docs/scaling.md");
  file.attach_scale(group + "/predicted_seconds", 0, group + "/predicted_ranks");
  file.attribute(group, "job", result.study_case->job);
  file.attribute(group, "scaling", result.study_case->weak ? "weak" : "strong");
  file.attribute(group, "latency_seconds", result.forecast.model.network.latency);
  file.attribute(group, "seconds_per_byte", result.forecast.model.network.seconds_per_byte);
}

ScalingCurve curve_of(const ScalingResult& result) {
  ScalingCurve curve{.id = result.study_case->name, .title = title_of(result), .weak = result.study_case->weak};
  curve.model_errors = model_errors(result.forecast);
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const auto& p = result.points[i];
    curve.points.push_back({.ranks = static_cast<double>(p.ranks),
                            .seconds = p.median,
                            .least = p.least,
                            .most = p.most,
                            .speedup = p.speedup,
                            .efficiency = p.efficiency,
                            .communication = p.communication,
                            .imbalance = p.imbalance,
                            .busiest = static_cast<double>(p.busiest),
                            .bytes = p.bytes,
                            .memory = p.memory,
                            .start = p.start_seconds,
                            .crowded = p.cores < p.ranks});
    curve.model.push_back({.ranks = static_cast<double>(p.ranks), .seconds = result.forecast.fitted[i]});
  }
  for (const auto& f : result.forecast.forecasts)
    curve.model.push_back({.ranks = f.ranks,
                           .seconds = f.seconds,
                           .speedup = f.speedup,
                           .efficiency = f.efficiency,
                           .communication = f.communication});
  for (std::size_t p = 0; p < result.forecast.model.phases.size(); ++p) {
    std::vector<double> seconds;
    for (const auto& point : result.points) seconds.push_back(point.phases[p].seconds);
    const PhaseModel& model = result.forecast.model.phases[p];
    curve.phases.push_back({model.phase, seconds, model.fixed_seconds, model.shared_seconds});
  }
  return curve;
}

}  // namespace shoal
