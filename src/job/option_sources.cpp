#include "shoal/job/option_sources.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <cctype>
#include <map>
#include <string_view>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/config_file.hpp"

namespace po = boost::program_options;

namespace shoal {
namespace {

constexpr std::string_view environment_prefix = "SHOAL_";

// All values are texts here: OptionSet converts them, since its errors name the source.
po::options_description description_of(const OptionSet& set) {
  po::options_description description;
  description.add_options()("help", "")("config", po::value<std::string>());
  for (const Option& option : set.options()) {
    auto* value = po::value<std::string>();
    if (option.is_flag()) value->implicit_value("true");
    description.add_options()(option.name().c_str(), value);
  }
  return description;
}

// --batch_size=2 -> --batch-size=2
std::string with_dashes(const std::string& argument) {
  if (!argument.starts_with("--")) return argument;
  std::string text = argument;
  std::replace(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(text.find('='), text.size())), '_',
               '-');
  return text;
}

std::string with_suggestion(const std::string& sentence, const std::string& prefix, const std::string& name,
                            const std::set<std::string>& candidates) {
  const std::string like = closest(name, {candidates.begin(), candidates.end()});
  return like.empty() ? sentence : sentence + "; did you mean " + prefix + like + "?";
}

std::set<std::string> operator|(std::set<std::string> a, const std::set<std::string>& b) {
  a.insert(b.begin(), b.end());
  return a;
}

std::string help_hint(const OptionSet& set) {
  return "'shoal " + set.job() + " --help' lists the options";
}

Error unknown_option(const OptionSet& set, const std::string& name, const OptionScope& scope) {
  if (scope.known_elsewhere.contains(name))
    return option_error("option --" + name + " belongs to another job, not to 'shoal " + set.job() + "'",
                        help_hint(set));
  const auto names = set.names() | std::set<std::string>{"config", "help"};
  return option_error(with_suggestion("unknown option --" + name, "--", name, names), help_hint(set));
}

// The positional option that the next bare argument is for, by the number of those already seen.
std::string positional_option(const OptionSet& set, const std::string& argument, std::size_t at) {
  for (const Option& option : set.options())
    if (option.is_positional() && at-- == 0) return option.name();
  throw option_error("unexpected argument '" + argument + "'", help_hint(set));
}

// True for a job whose own subject is an ini file: it is not its configuration.
bool takes_ini(const OptionSet& set) {
  return std::any_of(set.options().begin(), set.options().end(), [](const Option& option) {
    return option.is_positional() && option.value_name().ends_with(".ini");
  });
}

}  // namespace

std::string environment_name(const std::string& option) {
  std::string name(environment_prefix);
  for (const char c : option) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

bool asks_for_help(int argc, const char* const* argv) {
  return std::any_of(argv + std::min(1, argc), argv + argc,
                     [](std::string_view argument) { return argument == "--help" || argument == "-h"; });
}

std::vector<Setting> settings_of_command_line(const OptionSet& set, int argc, const char* const* argv,
                                              const OptionScope& scope) {
  namespace style = po::command_line_style;
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) arguments.push_back(with_dashes(argv[i]));
  const po::options_description description = description_of(set);
  po::parsed_options parsed(&description);
  try {
    // Long options only and no guessing: -1 is a number, and --epoch is not --epochs.
    parsed = po::command_line_parser(arguments)
                 .options(description)
                 .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
                 .allow_unregistered()
                 .run();
  } catch (const po::error& error) {
    throw option_error(error.what(), help_hint(set));
  }
  std::map<std::string, std::string> given;
  std::vector<Setting> settings;
  std::size_t bare = 0;
  for (const auto& option : parsed.options) {
    if (option.unregistered) throw unknown_option(set, option.string_key.substr(0, option.string_key.find('=')), scope);
    const std::string value = option.value.empty() ? "true" : option.value.front();
    std::string name = option.string_key;
    if (name.empty())
      name = value.ends_with(".ini") && !takes_ini(set) ? "config" : positional_option(set, value, bare++);
    if (value.starts_with("--"))
      throw option_error("option --" + name + " needs a value, but " + value + " follows", help_hint(set));
    if (const auto [before, is_new] = given.emplace(name, value); !is_new)
      throw option_error("option --" + name + " is given twice: '" + before->second + "' and '" + value + "'");
    settings.push_back({name, value, "command line"});
  }
  return settings;
}

std::vector<Setting> settings_of_environment(const OptionSet& set, const OptionScope& scope) {
  const po::options_description description = description_of(set);
  const auto names = set.names() | std::set<std::string>{"config"};
  // Boost hands over every variable's name and skips those that are mapped to nothing.
  const auto option_of_variable = [&](const std::string& variable) -> std::string {
    if (!variable.starts_with(environment_prefix)) return "";
    std::string name = variable.substr(environment_prefix.size());
    for (char& c : name) c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (names.contains(name)) return name;
    if (scope.known_elsewhere.contains(name)) return "";
    std::set<std::string> variables;
    for (const auto& known : names | scope.known_elsewhere) variables.insert(environment_name(known));
    throw option_error(with_suggestion("unknown environment variable " + variable, "", variable, variables),
                       "unset " + variable + "; names that begin with SHOAL_ are options of shoal");
  };
  std::vector<Setting> settings;
  for (const auto& option : po::parse_environment(description, option_of_variable).options)
    settings.push_back({option.string_key, option.value.empty() ? "" : option.value.front(),
                        "environment variable " + environment_name(option.string_key)});
  return settings;
}

std::vector<Setting> settings_of_config_file(const OptionSet& set, const std::string& path, const OptionScope& scope) {
  const auto names = set.names();
  std::vector<Setting> general, special;
  std::map<std::pair<bool, std::string>, int> line_of;
  for (const ConfigLine& line : read_config_file(path)) {
    const std::string where = path + ":" + std::to_string(line.number);
    const bool in_section = !line.section.empty();
    if (scope.other_sections.contains(line.section) && !scope.sections.contains(line.section)) continue;
    if (in_section && !scope.sections.contains(line.section))
      throw option_error(with_suggestion(where + ": unknown section [" + line.section + "]", "", line.section,
                                         scope.sections | scope.other_sections),
                         "sections are named after jobs");
    if (!names.contains(line.key)) {
      if (scope.known_elsewhere.contains(line.key)) continue;
      throw option_error(
          with_suggestion(where + ": unknown key '" + line.key + "'", "", line.key, names | scope.known_elsewhere),
          help_hint(set));
    }
    if (const auto [before, is_new] = line_of.emplace(std::pair(in_section, line.key), line.number); !is_new)
      throw option_error(where + ": '" + line.key + "' is already set in line " + std::to_string(before->second));
    (in_section ? special : general).push_back({line.key, line.value, where});
  }
  general.insert(general.end(), special.begin(), special.end());  // the later setting of a name wins
  return general;
}

}  // namespace shoal
