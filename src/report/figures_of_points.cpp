// Figures of all points: maps, reconstruction errors, and examples of pictures.
#include <algorithm>
#include <cmath>
#include <functional>

#include "figure_folder.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

// An axis a little longer than the data.
Axis around(const std::string& name, const std::vector<float>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double margin = 0.04 * (*high - *low);
  return {name, *low - margin, *high + margin};
}

// What 99.5% of the errors stay below: a few extremes shall not flatten all others.
double high_error(const RunReport& report) {
  std::vector<float> sorted = report.errors;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(sorted.size() - 1) * 0.995);
  std::nth_element(sorted.begin(), at, sorted.end());
  return *at > 0 ? *at : 1;
}

void draw_map(const RunReport& report, FigureFolder& folder, const PointMap& map, const std::string& by,
              const std::function<Colour(std::size_t)>& colour, const std::vector<std::string>& kinds) {
  Plot plot(map.name + (by.empty() ? "" : " by " + by), around(map.x_name, map.x), around(map.y_name, map.y));
  const double radius = map.x.size() < 2000 ? 3.5 : map.x.size() < 20000 ? 2 : map.x.size() < 200000 ? 1 : 0.5;
  for (std::size_t i = 0; i < map.x.size(); ++i) plot.point(map.x[i], map.y[i], radius, colour(i));
  if (!kinds.empty()) {
    plot.legend(kinds, kind_colours(kinds.size()));
  } else if (by == "error") {
    std::vector<std::string> names;
    std::vector<Colour> colours;
    for (int i = 5; i >= 0; --i) {
      names.push_back(format_number(high_error(report) * i / 5, 3));
      colours.push_back(ramp_colour(i / 5.0));
    }
    plot.legend(names, colours);
  }
  folder.save(plot, map.id + (by.empty() ? "" : "-by-" + by));
}

void draw_error_lines(const RunReport& report, FigureFolder& folder, const std::string& by,
                      const std::vector<std::int32_t>& kinds, const std::vector<std::string>& kind_names) {
  constexpr std::size_t bins = 40;
  const double high = high_error(report);
  std::vector<std::vector<double>> counts(kind_names.size(), std::vector<double>(bins, 0));
  for (std::size_t i = 0; i < report.errors.size(); ++i) {
    const double at = report.errors[i] / high * bins;
    const std::size_t bin = !(at > 0) ? 0 : at < bins ? static_cast<std::size_t>(at) : bins - 1;
    const auto kind = kinds.empty() ? 0 : static_cast<std::size_t>(kinds[i]);
    if (kind < counts.size()) ++counts[kind][bin];
  }
  std::vector<double> middles;
  for (std::size_t bin = 0; bin < bins; ++bin) middles.push_back(high * (static_cast<double>(bin) + 0.5) / bins);
  double top = 1;
  for (const auto& one : counts) top = std::max(top, *std::max_element(one.begin(), one.end()));
  Plot plot("Reconstruction error" + (by.empty() ? "" : " by " + by), {"mean squared error", 0, high},
            {"points", 0, top * 1.05});
  for (std::size_t kind = 0; kind < counts.size(); ++kind)
    plot.line(middles, counts[kind], kind_colour(kind), kind / 8 % 2 == 1);
  if (!by.empty()) plot.legend(kind_names, kind_colours(kind_names.size()));
  folder.save(plot, "error" + (by.empty() ? "" : "-by-" + by));
}

}  // namespace

void draw_reconstructions(const RunReport& report, FigureFolder& folder) {
  if (report.examples.empty() || report.examples.front().reconstruction.empty()) return;
  Plot plot("Originals (above) and reconstructions, by rising error", {"", 0, 1, false, {}, true},
            {"", 0, 1, false, {}, true});
  constexpr std::size_t columns = 8;
  constexpr double step = 134, side = 112;
  const std::size_t count = std::min<std::size_t>(report.examples.size(), 24);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& example = report.examples[i * (report.examples.size() - 1) / std::max<std::size_t>(1, count - 1)];
    const std::size_t row = i / columns;
    const double x = 70 + step * static_cast<double>(i % columns), y = 66 + 245 * static_cast<double>(row);
    plot.picture(x, y, side * 0.9, example.original);
    plot.picture(x, y + side * 0.95, side * 0.9, example.reconstruction);
    plot.caption(x, y + side * 1.85 + 18, format_number(example.error, 3));
  }
  folder.save(plot, "reconstructions");
}

void draw_maps(const RunReport& report, FigureFolder& folder) {
  for (const auto& one : report.maps) {
    if (!report.classes.empty())
      draw_map(
          report, folder, one, "class",
          [&](std::size_t i) { return kind_colour(static_cast<std::size_t>(report.classes[i])); },
          named("class ", report.class_values));
    if (!report.clusters.empty())
      draw_map(
          report, folder, one, "cluster",
          [&](std::size_t i) { return kind_colour(static_cast<std::size_t>(report.clusters[i])); },
          numbered("cluster ", report.cluster_sizes.size()));
    if (!report.errors.empty()) {
      const double high = high_error(report);
      draw_map(report, folder, one, "error", [&](std::size_t i) { return ramp_colour(report.errors[i] / high); }, {});
    }
    if (report.classes.empty() && report.clusters.empty() && report.errors.empty())
      draw_map(report, folder, one, "", [](std::size_t) { return kind_colour(0); }, {});
  }
}

void draw_errors(const RunReport& report, FigureFolder& folder) {
  if (report.errors.empty()) return;
  draw_error_lines(report, folder, "", {}, {"all"});
  if (!report.classes.empty())
    draw_error_lines(report, folder, "class", report.classes, named("class ", report.class_values));
  if (!report.clusters.empty())
    draw_error_lines(report, folder, "cluster", report.clusters, numbered("cluster ", report.cluster_sizes.size()));
}

}  // namespace shoal
