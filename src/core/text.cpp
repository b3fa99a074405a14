#include "shoal/core/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace shoal {
namespace {

template <class... Arguments>
std::string print(const char* format, Arguments... arguments) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, arguments...);
  return text.data();
}

std::size_t levenshtein(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string format_count(Index n) {
  const auto bits = static_cast<std::uint64_t>(n);  // the least number has no positive one of its size
  std::string digits = std::to_string(n < 0 ? 0 - bits : bits);
  for (auto at = static_cast<Index>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return n < 0 ? "-" + digits : digits;
}

std::string format_bytes(double bytes) {
  static constexpr std::array<const char*, 6> units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return print(unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
}

std::optional<Index> parse_bytes(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit = trim(text.substr(static_cast<std::size_t>(end - text.data())));
  constexpr std::string_view prefixes = "KMGT";
  double factor = 1;
  if (!unit.empty() && unit != "B") {
    const auto power = prefixes.find(static_cast<char>(std::toupper(static_cast<unsigned char>(unit[0]))));
    const std::string_view rest = unit.substr(1);
    if (power == std::string_view::npos || (!rest.empty() && rest != "iB" && rest != "B")) return std::nullopt;
    factor = std::pow(rest == "B" ? 1000.0 : 1024.0, static_cast<double>(power + 1));
  }
  constexpr double limit = 4611686018427387904.0;
  const double bytes = number * factor;
  if (!(bytes >= 1 && bytes < limit)) return std::nullopt;
  return static_cast<Index>(bytes);
}

std::string format_duration(double seconds) {
  if (seconds < 10) return print("%.2f s", seconds);
  const auto whole = static_cast<long>(std::llround(seconds));
  if (whole < 60) return print("%ld s", whole);
  if (whole < 3600) return print("%ld min %02ld s", whole / 60, whole % 60);
  return print("%ld h %02ld min", whole / 3600, whole % 3600 / 60);
}

std::string format_number(double value, int digits) {
  return print("%.*g", digits, value);
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  if (trim(text).empty()) return parts;
  for (std::size_t at = 0;;) {
    const auto next = text.find(separator, at);
    parts.emplace_back(trim(text.substr(at, next == std::string_view::npos ? next : next - at)));
    if (next == std::string_view::npos) return parts;
    at = next + 1;
  }
}

std::string closest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const std::size_t distance = levenshtein(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

}  // namespace shoal
