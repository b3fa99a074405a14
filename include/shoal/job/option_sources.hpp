#pragma once
#include <string>
#include <vector>

#include "shoal/job/options.hpp"

namespace shoal {

/// The three places where a user says what an option's value is, each read into settings in the order they were met.
/// Values are not looked at yet; names are: one that nobody knows throws option_error with the closest that exists.

/// `--name value`, `--name=value`, `--flag`, bare arguments for positional options, FILE.ini for --config.
/// An option that is given twice is an error. argv[0] is skipped.
std::vector<Setting> settings_of_command_line(const OptionSet& set, int argc, const char* const* argv,
                                              const OptionScope& scope);

/// `SHOAL_NAME=value`; names of other jobs' options are skipped.
std::vector<Setting> settings_of_environment(const OptionSet& set, const OptionScope& scope);

/// The lines above the first section, then those of scope.sections; names of other jobs' options and the sections of
/// other jobs are skipped. A key that is set twice in the same section is an error.
std::vector<Setting> settings_of_config_file(const OptionSet& set, const std::string& path, const OptionScope& scope);

/// "SHOAL_BATCH_SIZE" for "batch-size".
std::string environment_name(const std::string& option);

/// True when the arguments ask for --help (or -h).
bool asks_for_help(int argc, const char* const* argv);

}  // namespace shoal
