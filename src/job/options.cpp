#include "shoal/job/options.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/option_sources.hpp"

namespace shoal {
namespace {

// Takes the setting of `name` out of the list; the last one counts.
std::string take(std::vector<Setting>& settings, const std::string& name) {
  std::string value;
  for (const auto& setting : settings)
    if (setting.name == name) value = setting.value;
  std::erase_if(settings, [&](const Setting& setting) { return setting.name == name; });
  return value;
}

nlohmann::json json_value(const Option& option) {
  const std::string text = option.text();
  if (option.is_flag()) return text == "true";
  if (const auto* const* words = std::get_if<std::vector<std::string>*>(&option.target())) return **words;
  if (std::holds_alternative<std::string*>(option.target()) ||
      std::holds_alternative<Option::Enumerator>(option.target()))
    return text;
  if (text == "none") return nullptr;
  // A size is kept as users write it, and so is a range; one number stays a number.
  if (std::holds_alternative<ByteLimit*>(option.target()) || text.find(':') != std::string::npos) return text;
  return nlohmann::json::parse(text);  // the shortest digits, so that 0.1f is 0.1 and not 0.100000001490116
}

}  // namespace

Option& OptionSet::add_option(Option option) {
  option.group_ = group_;
  return options_.emplace_back(std::move(option));
}

Option* OptionSet::find(const std::string& name) {
  const auto at = std::find_if(options_.begin(), options_.end(), [&](const Option& o) { return o.name() == name; });
  return at == options_.end() ? nullptr : &*at;
}

void OptionSet::resolve(int argc, const char* const* argv, const OptionScope& scope) {
  std::vector<Setting> arguments = settings_of_command_line(*this, argc, argv, scope);
  std::vector<Setting> variables = settings_of_environment(*this, scope);
  std::string file = take(variables, "config");
  if (const std::string argument = take(arguments, "config"); !argument.empty()) file = argument;
  if (!file.empty()) apply(settings_of_config_file(*this, file, scope));
  apply(variables);
  apply(arguments);

  std::vector<std::string> missing;
  for (const Option& option : options_)
    if (option.is_required() && !option.is_given()) missing.push_back("--" + option.name());
  if (!missing.empty())
    throw option_error("shoal " + job_ + " needs " + join(missing, " and "),
                       "give it on the command line, as " + environment_name(missing.front().substr(2)) +
                           " in the environment, or in a file named by --config");
}

void OptionSet::apply(const std::vector<Setting>& settings) {
  for (const Setting& setting : settings)
    if (Option* option = find(setting.name)) option->set(setting.value, setting.where);
}

std::vector<Setting> OptionSet::resolved() const {
  std::vector<Setting> settings;
  for (const Option& option : options_) settings.push_back({option.name(), option.text(), option.where()});
  return settings;
}

std::string OptionSet::json() const {
  nlohmann::json object = nlohmann::json::object();
  for (const Option& option : options_)
    if (option.is_stored()) object[option.name()] = json_value(option);
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::set<std::string> OptionSet::names() const {
  std::set<std::string> names;
  for (const Option& option : options_) names.insert(option.name());
  return names;
}

}  // namespace shoal
