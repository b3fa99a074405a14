#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// A size in bytes, given as "4GiB" or "2e9"; 0 and "none" are no limit.
struct ByteLimit {
  Index bytes = 0;
};

/// One option of a job: a name bound to a variable, which holds the default until set() replaces it. Option keeps
/// a pointer to the variable, which must live longer. Made by OptionSet::add; the members that return Option& refine
/// it.
class Option {
 public:
  /// An enumeration's variable, seen as the position of its value in a list of words.
  struct Enumerator {
    std::function<std::size_t()> get;
    std::function<void(std::size_t)> set;
  };
  using Target = std::variant<Index*, int*, std::uint64_t*, double*, float*, bool*, std::string*,
                              std::vector<std::string>*, std::optional<double>*, ByteLimit*, Enumerator>;

  /// `choices` are the words allowed; empty when any value of the type is.
  Option(std::string name, Target target, std::string description, std::vector<std::string> choices = {});

  Option& at_least(double low);
  Option& above(double low);
  Option& in(double low, double high);
  /// There is no default: resolving fails when no source gives a value.
  Option& required();
  /// Also taken from the next bare argument: `shoal inspect FILE`.
  Option& positional();
  /// Left out of OptionSet::json(): a path or a log interval, which must not change the bytes of a result.
  Option& not_stored();
  /// What --help shows for the value: `--input FILE`.
  Option& value_name(std::string text);

  /// Sets the variable from text. Throws option_error with option, value, where it came from and what is expected.
  /// Lists are separated by commas; an optional number may be "none"; flags take true/false, yes/no, on/off, 1/0.
  void set(const std::string& text, const std::string& where);

  /// The variable's present value, in the form that set() takes; numbers in the fewest digits that give the same bits.
  std::string text() const;

  /// "a whole number of at least 1", "one of auto, unit".
  std::string expected() const;

  const std::string& name() const { return name_; }
  const std::string& description() const { return description_; }
  const std::string& group() const { return group_; }
  const std::string& value_name() const { return value_name_; }
  const Target& target() const { return target_; }
  /// "default", "command line", "environment variable SHOAL_SEED" or "file.ini:12".
  const std::string& where() const { return where_; }
  bool is_flag() const { return std::holds_alternative<bool*>(target_); }
  bool is_required() const { return required_; }
  bool is_positional() const { return positional_; }
  bool is_stored() const { return stored_; }
  bool is_given() const { return where_ != "default"; }

 private:
  friend class OptionSet;
  /// False when the text is not a value of the variable's type, or not one allowed.
  bool assign(const std::string& text);
  bool in_range(double value) const;

  std::string name_;
  Target target_;
  std::string description_;
  std::vector<std::string> choices_;
  std::string group_;
  std::string value_name_;
  std::string where_ = "default";
  std::optional<double> low_, high_;
  bool low_excluded_ = false;
  bool required_ = false;
  bool positional_ = false;
  bool stored_ = true;
};

}  // namespace shoal
