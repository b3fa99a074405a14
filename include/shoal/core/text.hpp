#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// 1234567 -> "1,234,567".
std::string format_count(Index n);

/// 1536 -> "1.5 KiB".
std::string format_bytes(double bytes);

/// The reverse, as users write sizes: "4GiB", "512 MiB", "1.5e9", "2GB" (1000^3 bytes), "64K" (1024 bytes). Nothing
/// where the text is not a size of at least 1 byte and below 2^62.
std::optional<Index> parse_bytes(std::string_view text);

/// 3725 -> "1 h 02 min", 75.2 -> "1 min 15 s", 2.5 -> "2.50 s".
std::string format_duration(double seconds);

/// At most `digits` significant digits, no trailing zeros: 0.0117, 1.5e-07.
std::string format_number(double value, int digits = 4);

/// Without blanks at both ends.
std::string_view trim(std::string_view text);

/// The parts between separators, trimmed; an empty text has no parts.
std::vector<std::string> split(std::string_view text, char separator);

/// The candidate most like `word` (Levenshtein distance at most a third of its length, at least 2); empty when none is.
std::string closest(std::string_view word, const std::vector<std::string>& candidates);

/// "a, b, c".
std::string join(const std::vector<std::string>& words, std::string_view separator = ", ");

}  // namespace shoal
