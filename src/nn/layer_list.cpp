#include "layer_list.hpp"

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"

namespace shoal {

std::vector<std::string> split_layers(std::string_view text) {
  std::vector<std::string> parts;
  if (trim(text).empty()) return parts;
  std::size_t begin = 0, open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++open;
    if (text[i] == ')' && open-- == 0)
      throw option_error(
          "\"" + std::string(trim(text.substr(0, i + 1))) + "\" closes a parenthesis that was not opened",
          "blocks are written residual(conv 8, relu, conv 8)");
    if (text[i] != ',' || open > 0) continue;
    parts.emplace_back(trim(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  parts.emplace_back(trim(text.substr(begin)));
  if (open > 0)
    throw option_error("the parenthesis in \"" + parts.back() + "\" is not closed",
                       "blocks are written residual(conv 8, relu, conv 8)");
  return parts;
}

std::optional<std::string_view> inside_of_block(std::string_view text) {
  constexpr std::string_view word = "residual";
  if (!text.starts_with(word)) return std::nullopt;
  const std::string_view rest = trim(text.substr(word.size()));
  if (!rest.starts_with('(')) return std::nullopt;
  std::size_t open = 0, end = 0;
  do {
    if (rest[end] == '(') ++open;
    if (rest[end] == ')') --open;
    ++end;
  } while (open > 0);
  if (end < rest.size())
    throw option_error("behind the block \"" + std::string(text.substr(0, text.size() - rest.size() + end)) +
                           "\" stands \"" + std::string(trim(rest.substr(end))) + "\"",
                       "put a comma between them");
  return rest.substr(1, end - 2);
}

}  // namespace shoal
