#include "shoal/job/option.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

template <class T>
bool parse_number(const std::string& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  if constexpr (std::is_floating_point_v<T>) return std::isfinite(value);
  return true;
}

bool parse_flag(const std::string& text, bool& value) {
  const auto is_one_of = [&](std::array<const char*, 4> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
  };
  value = is_one_of({"true", "yes", "on", "1"});
  return value || is_one_of({"false", "no", "off", "0"});
}

template <class T>
std::string shortest(T value) {
  std::array<char, 64> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

// In the largest unit that gives the same number back.
std::string text_of_bytes(Index bytes) {
  for (const auto& [unit, size] : {std::pair{"GiB", Index{1} << 30}, {"MiB", Index{1} << 20}, {"KiB", Index{1} << 10}})
    if (bytes % size == 0) return std::to_string(bytes / size) + unit;
  return std::to_string(bytes);
}

std::string kind_of_value(const Option::Target& target) {
  return std::visit(
      Overloaded{[](const bool*) { return "true or false"; }, [](const std::string*) { return "a text"; },
                 [](const std::vector<std::string>*) { return "words separated by commas"; },
                 [](const std::optional<double>*) { return "a number, or none"; },
                 [](const IndexRange*) { return "a whole number, or a range such as 2:10"; },
                 [](const ByteLimit*) { return "a size such as 4GiB, 512MiB or 2e9, or none"; },
                 [](const double*) { return "a number"; }, [](const float*) { return "a number"; },
                 [](const Option::Enumerator&) { return "a word"; }, [](const auto*) { return "a whole number"; }},
      target);
}

std::string short_name_of_value(const Option::Target& target) {
  return std::visit(Overloaded{[](const bool*) { return ""; }, [](const std::string*) { return "TEXT"; },
                               [](const std::vector<std::string>*) { return "A,B,..."; },
                               [](const std::optional<double>*) { return "X"; },
                               [](const ByteLimit*) { return "SIZE"; }, [](const IndexRange*) { return "RANGE"; },
                               [](const double*) { return "X"; }, [](const float*) { return "X"; },
                               [](const Option::Enumerator&) { return "WORD"; }, [](const auto*) { return "N"; }},
                    target);
}

}  // namespace

Option::Option(std::string name, Target target, std::string description, std::vector<std::string> choices)
    : name_(std::move(name)),
      target_(std::move(target)),
      description_(std::move(description)),
      choices_(std::move(choices)),
      value_name_(choices_.empty() ? short_name_of_value(target_) : "WORD") {}

Option& Option::at_least(double low) {
  low_ = low;
  return *this;
}
Option& Option::above(double low) {
  low_ = low;
  low_excluded_ = true;
  return *this;
}
Option& Option::in(double low, double high) {
  low_ = low;
  high_ = high;
  return *this;
}
Option& Option::required() {
  required_ = true;
  return *this;
}
Option& Option::positional() {
  positional_ = true;
  return *this;
}
Option& Option::not_stored() {
  stored_ = false;
  return *this;
}
Option& Option::value_name(std::string text) {
  value_name_ = std::move(text);
  return *this;
}

void Option::set(const std::string& text, const std::string& where) {
  if (!assign(text))
    throw option_error("option --" + name_ + " is '" + text + "' (" + where + "), but must be " + expected());
  where_ = where;
}

bool Option::in_range(double value) const {
  if (low_ && (low_excluded_ ? value <= *low_ : value < *low_)) return false;
  return !high_ || value <= *high_;
}

bool Option::assign(const std::string& text) {
  const auto choice = std::find(choices_.begin(), choices_.end(), text);
  if (!choices_.empty() && choice == choices_.end()) return false;
  const auto number = [&]<class T>(T* variable) {
    T value{};
    if (!parse_number(text, value) || !in_range(static_cast<double>(value))) return false;
    *variable = value;
    return true;
  };
  return std::visit(Overloaded{[&](bool* flag) { return parse_flag(text, *flag); },
                               [&](std::string* word) {
                                 *word = text;
                                 return true;
                               },
                               [&](std::vector<std::string>* words) {
                                 *words = split(text, ',');
                                 return true;
                               },
                               [&](std::optional<double>* variable) {
                                 if (text == "none") {
                                   variable->reset();
                                   return true;
                                 }
                                 double value = 0;
                                 if (!number(&value)) return false;
                                 *variable = value;
                                 return true;
                               },
                               [&](ByteLimit* limit) {
                                 const auto bytes =
                                     text == "none" || text == "0" ? std::optional<Index>(0) : parse_bytes(text);
                                 if (bytes) limit->bytes = *bytes;
                                 return bytes.has_value();
                               },
                               [&](IndexRange* range) {
                                 const auto colon = text.find(':');
                                 IndexRange given;
                                 if (!parse_number(text.substr(0, colon), given.first)) return false;
                                 given.last = given.first;
                                 if (colon != std::string::npos && !parse_number(text.substr(colon + 1), given.last))
                                   return false;
                                 if (given.last < given.first || !in_range(static_cast<double>(given.first)) ||
                                     !in_range(static_cast<double>(given.last)))
                                   return false;
                                 *range = given;
                                 return true;
                               },
                               [&](Enumerator& enumerator) {
                                 enumerator.set(static_cast<std::size_t>(choice - choices_.begin()));
                                 return true;
                               },
                               number},
                    target_);
}

std::string Option::text() const {
  return std::visit(
      Overloaded{[](const bool* flag) -> std::string { return *flag ? "true" : "false"; },
                 [](const std::string* word) { return *word; },
                 [](const std::vector<std::string>* words) { return join(*words, ","); },
                 [](const std::optional<double>* number) { return *number ? shortest(**number) : "none"; },
                 [](const ByteLimit* limit) { return limit->bytes > 0 ? text_of_bytes(limit->bytes) : "none"; },
                 [](const IndexRange* range) {
                   return std::to_string(range->first) +
                          (range->last > range->first ? ":" + std::to_string(range->last) : "");
                 },
                 [&](const Enumerator& enumerator) { return choices_.at(enumerator.get()); },
                 [](const auto* number) { return shortest(*number); }},
      target_);
}

std::string Option::expected() const {
  if (!choices_.empty()) return "one of " + join(choices_);
  std::string range;
  if (low_ && high_) range = " from " + shortest(*low_) + " to " + shortest(*high_);
  if (low_ && !high_) range = (low_excluded_ ? " above " : " of at least ") + shortest(*low_);
  return kind_of_value(target_) + range;
}

}  // namespace shoal
