// Figures of few numbers: curves, bars and the contingency table.
#include <algorithm>
#include <cmath>

#include "figure_folder.hpp"

namespace shoal {
namespace {

double most(const auto& values) {
  return values.empty() ? 1 : static_cast<double>(*std::max_element(values.begin(), values.end()));
}

}  // namespace

void draw_loss(const RunReport& report, FigureFolder& folder) {
  if (report.epochs.empty()) return;
  std::vector<double> all = report.training_loss;
  for (const double loss : report.held_out_loss)
    if (std::isfinite(loss)) all.push_back(loss);
  const auto [low, high] = std::minmax_element(all.begin(), all.end());
  const bool log = *low > 0 && *high > 8 * *low;
  const double margin = 0.05 * (*high - *low);
  Plot plot("Loss", {"epoch", report.epochs.front(), report.epochs.back(), false, {}, false, true},
            {report.loss_name, log ? *low : *low - margin, log ? *high : *high + margin, log});
  plot.line(report.epochs, report.training_loss, kind_colour(0));
  const bool held_out = std::any_of(report.held_out_loss.begin(), report.held_out_loss.end(),
                                    [](double loss) { return std::isfinite(loss); });
  if (held_out) plot.line(report.epochs, report.held_out_loss, kind_colour(1), true);
  plot.legend(held_out ? std::vector<std::string>{"training", "held out"} : std::vector<std::string>{"training"},
              kind_colours(2));
  folder.save(plot, "loss");
}

void draw_variance(const RunReport& report, FigureFolder& folder) {
  const auto& share = report.explained_variance_ratio;
  if (share.empty()) return;
  const auto count = static_cast<double>(share.size());
  Plot plot("Explained variance", {"component", -0.6, count - 0.4, false, numbered("", share.size())},
            {"share of the variance", 0, 1});
  std::vector<double> x, total;
  for (std::size_t i = 0; i < share.size(); ++i) {
    x.push_back(static_cast<double>(i));
    total.push_back(share[i] + (i ? total.back() : 0));
    plot.bar(x.back(), 0.7, share[i], kind_colour(0));
  }
  plot.line(x, total, kind_colour(1));
  plot.legend({"each", "all up to it"}, kind_colours(2));
  folder.save(plot, "explained-variance");
}

void draw_clusters(const RunReport& report, FigureFolder& folder) {
  const auto& sizes = report.cluster_sizes;
  if (sizes.empty()) return;
  Plot plot("Cluster sizes",
            {"cluster", -0.6, static_cast<double>(sizes.size()) - 0.4, false, numbered("", sizes.size())},
            {"samples", 0, 1.05 * most(sizes)});
  for (std::size_t i = 0; i < sizes.size(); ++i)
    plot.bar(static_cast<double>(i), 0.7, static_cast<double>(sizes[i]), kind_colour(0));
  folder.save(plot, "cluster-sizes");
}

void draw_contingency(const RunReport& report, FigureFolder& folder) {
  const auto& table = report.contingency;
  if (table.empty() || table.front().empty()) return;
  const auto names = named("", report.contingency_classes);
  Plot plot(
      "Classes in clusters",
      {"cluster", -0.5, static_cast<double>(table.front().size()) - 0.5, false, numbered("", table.front().size())},
      {"class",
       static_cast<double>(table.size()) - 0.5 - static_cast<double>(table.size()),
       static_cast<double>(table.size()) - 0.5,
       false,
       {names.rbegin(), names.rend()}});
  for (std::size_t c = 0; c < table.size(); ++c) {
    double total = 0;
    for (const auto count : table[c]) total += static_cast<double>(count);
    for (std::size_t k = 0; k < table[c].size(); ++k)
      plot.cell(static_cast<double>(k), static_cast<double>(table.size() - 1 - c),
                ramp_colour(static_cast<double>(table[c][k]) / std::max(1.0, total)), std::to_string(table[c][k]));
  }
  folder.save(plot, "contingency");
}

void draw_curves(const RunReport& report, FigureFolder& folder) {
  for (const auto& curve : report.cluster_choice) {
    if (curve.x.empty() || curve.y.size() != curve.x.size()) continue;
    const auto [low, high] = std::minmax_element(curve.y.begin(), curve.y.end());
    const double margin = 0.05 * (*high - *low);
    Plot plot(curve.name, {curve.x_name, curve.x.front(), curve.x.back(), false, {}, false, true},
              {curve.name, *low - margin, *high + margin});
    plot.line(curve.x, curve.y, kind_colour(0));
    folder.save(plot, "choice-" + curve.name);
  }
}

void draw_phases(const RunReport& report, FigureFolder& folder) {
  const auto& phases = report.phases;
  if (phases.empty()) return;
  double longest = 0;
  std::vector<std::string> words;
  for (auto phase = phases.rbegin(); phase != phases.rend(); ++phase) {
    longest = std::max(longest, phase->max);
    words.push_back(phase->name);
  }
  Plot plot("Seconds of each phase, and its slowest rank", {"seconds", 0, longest * 1.15},
            {"", -0.6, static_cast<double>(phases.size()) - 0.4, false, words});
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const auto y = static_cast<double>(phases.size() - 1 - i);
    plot.bar_across(y + 0.2, 0.36, phases[i].mean, kind_colour(5));
    plot.bar_across(y - 0.2, 0.36, phases[i].max, kind_colour(0));
    plot.text(phases[i].max, y - 0.2, "rank " + std::to_string(phases[i].slowest_rank));
  }
  plot.legend({"mean", "slowest"}, {kind_colour(5), kind_colour(0)});
  folder.save(plot, "phases");
}

}  // namespace shoal
