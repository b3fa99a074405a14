#include "shoal/nn/input_noise.hpp"

#include <cstdlib>

#include "shoal/core/error.hpp"
#include "shoal/core/lane_random.hpp"

namespace shoal {

InputNoise parse_input_noise(const std::string& text) {
  if (text == "none") return {};
  const auto refuse = [&](const std::string& why) {
    throw option_error("--input-noise \"" + text + "\": " + why, "write gaussian:0.1, mask:0.3 or none");
  };
  const auto colon = text.find(':');
  const std::string word = text.substr(0, colon);
  InputNoise noise;
  if (word == "gaussian")
    noise.kind = InputNoise::Kind::gaussian;
  else if (word == "mask")
    noise.kind = InputNoise::Kind::mask;
  else
    refuse("there is no such noise");
  if (colon == std::string::npos) refuse("its amount is missing");
  const char* number = text.c_str() + colon + 1;
  char* end = nullptr;
  noise.amount = std::strtod(number, &end);
  if (end == number || *end != '\0') refuse("its amount is not a number");
  if (noise.kind == InputNoise::Kind::gaussian && !(noise.amount > 0 && noise.amount <= 1000))
    refuse("the deviation must be above 0 and at most 1000, in scaled units");
  if (noise.kind == InputNoise::Kind::mask && !(noise.amount > 0 && noise.amount < 1))
    refuse("the probability must be above 0 and below 1");
  return noise;
}

void add_noise(const InputNoise& noise, const GroupDraws& draws, Index size, Lanes* x) {
  if (!noise.any()) return;
  const LaneRandom random(draws.seed, Stream::input_noise, 0, draws.epoch, draws.rows);
  const bool masks = noise.kind == InputNoise::Kind::mask;
  const auto deviation = static_cast<float>(noise.amount);
  const WordLanes first_kept = WordLanes{} + (masks ? static_cast<std::uint32_t>(noise.amount * 0x1p32) : 0);
  random.for_words(size, [&](Index i, const WordLanes& word) {
    if (masks)
      x[i] = word >= first_kept ? x[i] : Lanes{};
    else
      x[i] += deviation * normal_lanes(word);
  });
}

}  // namespace shoal
