#pragma once
#include <deque>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "shoal/job/option.hpp"

namespace shoal {

/// What a job's options must know of the rest of the program, so that one configuration file and one environment
/// serve all jobs while a misspelt name is still an error.
struct OptionScope {
  std::set<std::string> sections;         ///< of a configuration file meant for this job: its name, a pipeline's parts
  std::set<std::string> other_sections;   ///< names of the other jobs: their sections are skipped
  std::set<std::string> known_elsewhere;  ///< names of the other jobs' options: skipped in files and environment
};

/// An option's value and where it came from.
struct Setting {
  std::string name;
  std::string value;
  std::string where;
  bool operator==(const Setting&) const = default;
};

/// The options of one job, bound to the fields of plain structs whose initial values are the defaults.
///
///     OptionSet set("train", "Learns an autoencoder from images.");
///     set.add("input", options.input, "images to learn from").required().value_name("FILE");
///     set.group("Training");
///     set.add("epochs", options.epochs, "passes over the data").at_least(1);
///
/// Command line (`--epochs 20`, `--epochs=20`) over environment (`SHOAL_EPOCHS=20`) over configuration file
/// (`--config file.ini` with `epochs = 20`) over default. In all of them dashes and underscores are equal. Every text
/// given is checked, also where a stronger source replaces it.
class OptionSet {
 public:
  OptionSet(std::string job, std::string summary) : job_(std::move(job)), summary_(std::move(summary)) {}

  /// The options added from here on stand under this heading in --help.
  void group(const std::string& title) { group_ = title; }

  /// Binds a number, flag, text, list of texts, optional number or size (Option::Target).
  template <class T>
  Option& add(const std::string& name, T& variable, const std::string& description) {
    return add_option(Option(name, &variable, description));
  }

  /// Binds a text that must be one of `choices`.
  Option& add_choice(const std::string& name, std::string& variable, const std::vector<std::string>& choices,
                     const std::string& description) {
    return add_option(Option(name, &variable, description, choices));
  }

  /// Binds an enumeration whose enumerators 0, 1, ... are called choices[0], choices[1], ...
  template <class Enum>
  requires std::is_enum_v<Enum> Option& add_choice(const std::string& name, Enum& variable,
                                                   const std::vector<std::string>& choices,
                                                   const std::string& description) {
    const Option::Enumerator enumerator{[&variable] { return static_cast<std::size_t>(variable); },
                                        [&variable](std::size_t at) { variable = static_cast<Enum>(at); }};
    return add_option(Option(name, enumerator, description, choices));
  }

  /// Sets the variables from all sources; argv[0] is skipped. A bare argument that ends in .ini means --config.
  /// Throws option_error: a name nobody knows (with the closest one that exists), a bad or missing value, an option
  /// given twice. Local.
  void resolve(int argc, const char* const* argv, const OptionScope& scope = {});

  /// Sets variables from what resolved() returned elsewhere: on the root, whose environment and files count.
  void apply(const std::vector<Setting>& settings);

  /// All options in the order of their definition.
  std::vector<Setting> resolved() const;

  /// The values of all stored options as one JSON object with sorted keys and no line breaks: the same bytes for the
  /// same values.
  std::string json() const;

  /// What --help prints: usage, summary, options with defaults; at most 100 columns.
  std::string help() const;

  std::set<std::string> names() const;
  const std::string& job() const { return job_; }
  const std::string& summary() const { return summary_; }
  const std::deque<Option>& options() const { return options_; }

 private:
  Option& add_option(Option option);
  Option* find(const std::string& name);

  std::string job_;
  std::string summary_;
  std::string group_ = "Options";
  std::deque<Option> options_;  // a deque keeps the references that add() hands out
};

}  // namespace shoal
