#include "sweep_plan.hpp"

#include <algorithm>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/config_file.hpp"

namespace shoal {
namespace {

/// One line: names that go together, and the values that they take in turn.
struct Choice {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> values;
};

Choice choice_of(const ConfigLine& line, const std::string& path, const std::set<std::string>& known) {
  const std::string where = path + ":" + std::to_string(line.number) + ": ";
  Choice choice{split(line.key, ','), {}};
  for (const auto& name : choice.names)
    if (!known.contains(name)) {
      const std::string near = closest(name, {known.begin(), known.end()});
      throw option_error(where + "no stage of a sweep has an option '" + name + "'" +
                             (near.empty() ? "" : "; did you mean " + near + "?"),
                         "the options of train, encode, pca, kmeans and score can be swept; see docs/running.md");
    }
  for (const auto& value : split(line.value, '|')) {
    // A single option's value may hold commas: layers do.
    choice.values.push_back(choice.names.size() == 1 ? std::vector{value} : split(value, ','));
    if (choice.values.back().size() != choice.names.size())
      throw option_error(where + "'" + value + "' has " + std::to_string(choice.values.back().size()) + " values for " +
                             std::to_string(choice.names.size()) + " options",
                         "give one value for each name, like: code, components = 32, 8 | 64, 8");
  }
  if (choice.values.empty()) choice.values.push_back({""});
  return choice;
}

std::vector<SweepOptions> crossed(const std::vector<Choice>& choices) {
  std::vector<SweepOptions> rows{{}};
  for (const auto& choice : choices) {
    std::vector<SweepOptions> longer;
    for (const auto& row : rows)
      for (const auto& values : choice.values) {
        longer.push_back(row);
        for (std::size_t i = 0; i < values.size(); ++i) longer.back()[choice.names[i]] = values[i];
      }
    rows = std::move(longer);
  }
  return rows;
}

bool names_seed(const Choice& choice) {
  return choice.names == std::vector<std::string>{"seed"};
}

SweepTable table_of(const std::string& name, std::vector<Choice> choices) {
  // Seeds vary fastest: the runs that are averaged stand together.
  std::stable_partition(choices.begin(), choices.end(), [](const Choice& choice) { return !names_seed(choice); });
  SweepTable table{name, {}, crossed(choices)};
  for (const auto& choice : choices)
    if (choice.values.size() > 1) table.varied.insert(table.varied.end(), choice.names.begin(), choice.names.end());
  return table;
}

}  // namespace

std::vector<SweepTable> read_sweep(const std::string& path, const std::set<std::string>& known) {
  std::map<std::string, std::vector<Choice>> choices;
  for (const auto& line : read_config_file(path)) choices[line.section].push_back(choice_of(line, path, known));
  std::vector<std::string> sections;  // one without lines is a table of the common lines alone
  for (const auto& heading : read_config_sections(path))
    if (std::find(sections.begin(), sections.end(), heading.section) == sections.end())
      sections.push_back(heading.section);
  if (sections.empty()) return {table_of("sweep", choices[""])};
  std::vector<SweepTable> tables;
  for (const auto& section : sections) {
    // A section's own lines replace those above the first section, name by name.
    std::vector<Choice> all = choices[section];
    const auto has = [&](const std::string& name) {
      return std::any_of(choices[section].begin(), choices[section].end(), [&](const Choice& choice) {
        return std::find(choice.names.begin(), choice.names.end(), name) != choice.names.end();
      });
    };
    for (const auto& common : choices[""])
      if (std::none_of(common.names.begin(), common.names.end(), has)) all.push_back(common);
    tables.push_back(table_of(section, all));
  }
  return tables;
}

}  // namespace shoal
