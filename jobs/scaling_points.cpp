#include "scaling_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "shoal/core/lanes.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {
namespace {

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double most_of(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Without checkpoints: whether there are any is for the clock to say, not for the ranks.
std::vector<RunRecord::Phase> phases_of(const RunRecord& run) {
  auto phases = run.phases;
  std::erase_if(phases, [](const RunRecord::Phase& phase) { return phase.name == "checkpoint"; });
  return phases;
}

Index batch_of(const RunRecord& run) {
  const auto found = run.options.find("batch-size");
  return found == run.options.end() ? 0 : std::stoll(found->second);
}

/// Training deals out lane groups of a batch, all else blocks of rows.
double units_of(const std::string& phase, Index rows, Index batch) {
  const Index units = phase == "train" && batch > 0
                          ? (std::min(batch, std::max<Index>(rows, 1)) + lane_count - 1) / lane_count
                          : RowBlocks::of(rows).count();
  return static_cast<double>(std::max<Index>(1, units));
}

void fill_phases(ScalingPoint& point, const std::vector<const ScalingRecord*>& runs, double work) {
  const RunRecord& first = runs.front()->told;
  const auto phases = phases_of(first);
  const auto add = [&](const std::string& name, const std::vector<double>& seconds, double calls, double bytes) {
    point.phases.push_back({name,
                            {static_cast<double>(point.ranks), static_cast<double>(std::min(point.cores, point.ranks)),
                             work, units_of(name, point.rows, batch_of(first))},
                            median_of(seconds),
                            calls,
                            bytes});
  };
  for (std::size_t p = 0; p < phases.size(); ++p) {
    std::vector<double> seconds;
    for (const auto* run : runs) seconds.push_back(most_of(phases_of(run->told).at(p).seconds_of_rank));
    const auto& phase = phases[p];
    add(phase.name, seconds, static_cast<double>(phase.calls), most_of(phase.bytes_of_rank));
  }
  constexpr double shortest = 1e-4;  // phases may overlap between ranks
  std::vector<double> rest;
  for (const auto* run : runs) {
    double seconds = run->told.seconds;
    for (const auto& phase : phases_of(run->told)) seconds -= most_of(phase.seconds_of_rank);
    rest.push_back(std::max(seconds, shortest));
  }
  add("other", rest, 0, 0);
}

void fill_median_run(ScalingPoint& point, const RunRecord& run) {
  point.communication = mean_of(run.communication_of_rank) / run.seconds;
  point.bytes = most_of(run.bytes_of_rank);
  point.memory = most_of(run.memory_of_rank);
  std::vector<double> busy(static_cast<std::size_t>(run.ranks), 0.0);
  for (const auto& phase : phases_of(run))
    for (std::size_t r = 0; r < busy.size(); ++r) busy[r] += phase.seconds_of_rank[r] - phase.communication_of_rank[r];
  const auto busiest = std::max_element(busy.begin(), busy.end());
  point.busiest = busiest - busy.begin();
  point.imbalance = mean_of(busy) > 0 ? *busiest / mean_of(busy) : 1;
}

std::vector<WorkLoad> loads_at(double ranks, const ScalingCase& one, const ScalingPoint& base) {
  std::vector<WorkLoad> loads;
  const double growth = one.weak ? ranks / static_cast<double>(base.ranks) : 1;
  for (const auto& phase : base.phases) {
    WorkLoad load = phase.load;
    load.work *= growth;
    load.ranks = load.cores = ranks;
    const double most = phase.phase == "train" ? std::numeric_limits<double>::infinity() : 256;
    load.units = std::max(load.units, std::min(load.units * growth, most));
    loads.push_back(load);
  }
  return loads;
}

std::vector<WorkLoad> loads_of(const ScalingPoint& point) {
  std::vector<WorkLoad> loads;
  for (const auto& phase : point.phases) loads.push_back(phase.load);
  return loads;
}

std::vector<PhaseSample> samples_of(const std::vector<ScalingPoint>& points) {
  std::vector<PhaseSample> samples;
  for (const auto& point : points) samples.insert(samples.end(), point.phases.begin(), point.phases.end());
  return samples;
}

std::vector<NetworkPoint> network_points(const std::vector<ScalingRecord>& records) {
  const auto crowded = [](const ScalingRecord& record) { return record.told.cores < record.told.ranks; };
  const bool all = std::all_of(records.begin(), records.end(), [&](const ScalingRecord& record) {
    return record.message_bytes.empty() || crowded(record);
  });
  std::vector<NetworkPoint> points;
  for (const auto& record : records)
    for (std::size_t i = 0; i < record.message_bytes.size(); ++i)
      if (all || !crowded(record))
        points.push_back({static_cast<double>(record.told.ranks), record.message_bytes[i], record.message_seconds[i]});
  return points;
}

}  // namespace

std::vector<ScalingPoint> points_of(const ScalingStudy& study, const ScalingCase& one,
                                    const std::vector<ScalingRecord>& records) {
  std::vector<ScalingPoint> points;
  for (const Index ranks : study.ranks) {
    std::vector<const ScalingRecord*> runs;
    for (const auto& record : records)
      if (record.run.study_case == &one && record.run.ranks == ranks && record.run.is_timed()) runs.push_back(&record);
    std::sort(runs.begin(), runs.end(), [](auto* a, auto* b) { return a->run.repeat < b->run.repeat; });
    ScalingPoint point{.ranks = ranks, .cores = runs.front()->told.cores, .rows = runs.front()->rows};
    std::vector<double> starts;
    for (const auto* run : runs) {
      point.seconds.push_back(run->told.seconds);
      starts.push_back(run->start_seconds);
    }
    point.median = median_of(point.seconds);
    point.least = *std::min_element(point.seconds.begin(), point.seconds.end());
    point.most = most_of(point.seconds);
    point.start_seconds = median_of(starts);
    const auto* const middle = *std::min_element(runs.begin(), runs.end(), [&](auto* a, auto* b) {
      return std::abs(a->told.seconds - point.median) < std::abs(b->told.seconds - point.median);
    });
    fill_median_run(point, middle->told);
    const double work = one.weak ? static_cast<double>(ranks) / static_cast<double>(study.ranks.front()) : 1;
    fill_phases(point, runs, work);
    const double base = points.empty() ? point.median : points.front().median;
    const auto ratio = static_cast<double>(ranks) / static_cast<double>(study.ranks.front());
    point.efficiency = one.weak ? base / point.median : base / (point.median * ratio);
    point.speedup = point.efficiency * static_cast<double>(ranks);
    points.push_back(std::move(point));
  }
  return points;
}

NetworkModel network_of(const std::vector<ScalingRecord>& records) {
  return fit_network(network_points(records));
}

double network_error(const NetworkModel& network, const std::vector<ScalingRecord>& records) {
  double worst = 0;
  for (const auto& point : network_points(records))
    worst = std::max(worst, std::abs(network.seconds(1, point.bytes, point.ranks) / point.seconds - 1));
  return worst;
}

ScalingForecast forecast_of(const ScalingCase& one, const std::vector<ScalingPoint>& points,
                            const NetworkModel& network) {
  ScalingForecast forecast;
  forecast.model = fit_scaling(samples_of(points), network);
  double squares = 0;
  for (const auto& point : points) {
    forecast.fitted.push_back(forecast.model.seconds(loads_of(point)));
    const double error = forecast.fitted.back() / point.median - 1;
    forecast.worst_error = std::max(forecast.worst_error, std::abs(error));
    squares += error * error;
  }
  forecast.rms_error = std::sqrt(squares / static_cast<double>(points.size()));
  forecast.held_out_error = std::numeric_limits<double>::quiet_NaN();
  if (points.size() > 2) {
    const ScalingModel others = fit_scaling(samples_of({points.begin(), points.end() - 1}), network);
    forecast.held_out_error = others.seconds(loads_of(points.back())) / points.back().median - 1;
  }
  const auto& base = points.front();
  for (const double ranks : {64.0, 256.0, 1024.0, 4096.0}) {
    Forecast at{.ranks = ranks, .seconds = forecast.model.seconds(loads_at(ranks, one, base))};
    at.efficiency =
        one.weak ? base.median / at.seconds : base.median * static_cast<double>(base.ranks) / (at.seconds * ranks);
    at.speedup = at.efficiency * ranks;
    at.communication = forecast.model.communication_seconds(ranks) / at.seconds;
    forecast.forecasts.push_back(at);
  }
  return forecast;
}

}  // namespace shoal
