#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// The parts between commas outside of parentheses, trimmed; an empty text has none. Option error where a parenthesis
/// is not closed or not opened.
std::vector<std::string> split_layers(std::string_view text);

/// What stands in the parentheses of "residual(...)"; nothing where the text is no block. Option error where something
/// follows behind them.
std::optional<std::string_view> inside_of_block(std::string_view text);

}  // namespace shoal
