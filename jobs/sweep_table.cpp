#include "sweep_table.hpp"

#include <cmath>
#include <limits>

#include "shoal/core/text.hpp"
#include "shoal/job/table.hpp"
#include "shoal/report/table_page.hpp"

namespace shoal {
namespace {

SweepOptions without_seed(SweepOptions options) {
  options.erase("seed");
  return options;
}

SweepGroup group_of(const SweepOptions& options, const std::vector<Measured>& runs) {
  SweepGroup group{options, static_cast<Index>(runs.size()), {}, {}};
  const auto n = static_cast<double>(runs.size());
  for (std::size_t m = 0; m < sweep_measures.size(); ++m) {
    double sum = 0, squares = 0;
    for (const auto& run : runs) sum += run[m];
    for (const auto& run : runs) squares += (run[m] - sum / n) * (run[m] - sum / n);
    group.mean.push_back(sum / n);
    group.spread.push_back(runs.size() > 1 ? std::sqrt(squares / (n - 1)) : 0);
  }
  return group;
}

std::vector<std::string> shown_options(const SweepResult& result) {
  std::vector<std::string> names;
  for (const auto& name : result.table.varied)
    if (name != "seed") names.push_back(name);
  return names;
}

/// Headings and lines of a table by groups: measures that no run has are left out.
std::vector<std::vector<std::string>> lines_of(const SweepResult& result) {
  std::vector<std::vector<std::string>> lines{shown_options(result)};
  lines.front().push_back("runs");
  std::vector<std::size_t> measures;
  for (std::size_t m = 0; m < sweep_measures.size(); ++m)
    for (const auto& group : result.groups)
      if (std::isfinite(group.mean[m])) {
        measures.push_back(m);
        lines.front().push_back(sweep_measures[m]);
        break;
      }
  for (const auto& group : result.groups) {
    std::vector<std::string> cells;
    for (const auto& name : shown_options(result)) cells.push_back(group.options.at(name));
    cells.push_back(std::to_string(group.runs));
    for (const auto m : measures)
      cells.push_back(format_number(group.mean[m]) + (group.runs > 1 ? " ± " + format_number(group.spread[m], 2) : ""));
    lines.push_back(cells);
  }
  return lines;
}

}  // namespace

SweepResult summarized(const SweepTable& table, const std::vector<Measured>& measured) {
  SweepResult result{table, measured, {}, 0};
  for (std::size_t i = 0; i < table.rows.size();) {
    const SweepOptions options = without_seed(table.rows[i]);
    std::vector<Measured> runs;
    for (; i < table.rows.size() && without_seed(table.rows[i]) == options; ++i) runs.push_back(measured[i]);
    result.groups.push_back(group_of(options, runs));
  }
  constexpr std::size_t error = 1, accuracy = 3;
  const auto merit = [&](const SweepGroup& group) {
    const double value = std::isfinite(group.mean[accuracy]) ? group.mean[accuracy] : -group.mean[error];
    return std::isfinite(value) ? value : std::numeric_limits<double>::lowest();
  };
  for (std::size_t i = 1; i < result.groups.size(); ++i)
    if (merit(result.groups[i]) > merit(result.groups[result.best])) result.best = i;
  return result;
}

std::string text_of(const SweepResult& result) {
  const auto lines = lines_of(result);
  auto head = lines.front();
  head.insert(head.begin(), "");
  Table table(head);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    auto cells = lines[i];
    cells.insert(cells.begin(), i - 1 == result.best ? "*" : "");
    table.add_row(cells);
  }
  return result.table.name + " (mean ± standard deviation over seeds; * the best)\n" + table.text();
}

std::string csv_of(const std::vector<SweepResult>& results) {
  std::string text = "table,options,seed," + join(sweep_measures, ",") + "\n";
  for (const auto& result : results)
    for (std::size_t i = 0; i < result.table.rows.size(); ++i) {
      const auto& row = result.table.rows[i];
      std::vector<std::string> varied;
      for (const auto& name : shown_options(result)) varied.push_back(name + "=" + row.at(name));
      text += result.table.name + ",\"" + join(varied, "; ") + "\"," + (row.contains("seed") ? row.at("seed") : "0");
      for (const double value : result.measured[i]) text += "," + (std::isfinite(value) ? format_number(value, 9) : "");
      text += "\n";
    }
  return text;
}

std::string html_of(const std::vector<SweepResult>& results, const std::string& title) {
  std::vector<PageTable> tables;
  for (const auto& result : results) tables.push_back({result.table.name, lines_of(result), result.best});
  return table_page(title, "Mean ± standard deviation over seeds; the best row is framed.", tables);
}

void write_sweep(OutputFile& file, const SweepResult& result) {
  const std::string group = "/" + result.table.name;
  const auto rows = static_cast<Index>(result.table.rows.size());
  for (std::size_t m = 0; m < sweep_measures.size(); ++m) {
    std::vector<double> values;
    for (const auto& run : result.measured) values.push_back(run[m]);
    file.write(group + "/" + sweep_measures[m], values, {rows});
    file.describe(group + "/" + sweep_measures[m], "", "of each run; NaN where there is none");
    file.label_dimensions(group + "/" + sweep_measures[m], {"run"});
  }
  for (const auto& name : result.table.varied) {
    std::vector<std::string> values;
    for (const auto& row : result.table.rows) values.push_back(row.at(name));
    file.attribute(group, "option_" + name, join(values, " | "));
  }
}

}  // namespace shoal
