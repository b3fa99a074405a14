#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace shoal {

/// JSON that someone may have damaged; no value, or an exception of nlohmann's where that is wanted, when it is none.
/// What is nested deeper than anything that Shoal writes is left out: to copy it would use up the stack.
template <class Json = nlohmann::ordered_json>
Json parsed_json(const std::string& text, bool or_throw = false) {
  constexpr int deepest = 32;
  return Json::parse(
      text, [](int depth, auto, const auto&) { return depth < deepest; }, or_throw);
}

}  // namespace shoal
