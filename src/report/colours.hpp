#pragma once
// Colours that people with any kind of colour vision can tell apart.
#include <algorithm>
#include <array>
#include <cstddef>

namespace shoal {

struct Colour {
  double red = 0, green = 0, blue = 0;  ///< 0 to 1
};

constexpr Colour colour_of(int rgb) {
  return {(rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0};
}

constexpr Colour mixed(const Colour& a, const Colour& b, double share) {
  return {a.red + (b.red - a.red) * share, a.green + (b.green - a.green) * share, a.blue + (b.blue - a.blue) * share};
}

/// Kind i: Okabe and Ito's colours (2008; their yellow darker, black as grey) and two more, then the same lighter, then
/// darker.
inline Colour kind_colour(std::size_t i) {
  constexpr std::array<int, 10> kinds{0x0072b2, 0xe69f00, 0x009e73, 0xd55e00, 0xcc79a7,
                                      0x56b4e9, 0xb8a800, 0x7f7f7f, 0x882255, 0x7a5230};
  const Colour base = colour_of(kinds[i % 10]);
  const std::size_t round = i / 10 % 3;
  return round == 0 ? base : mixed(base, colour_of(round == 1 ? 0xffffff : 0), 0.45);
}

/// A share in [0, 1] of a quantity: cividis (Nunez, Anderton, Renslow 2018, doi:10.1371/journal.pone.0199239).
inline Colour ramp_colour(double share) {
  constexpr std::array<int, 10> stops{0x00224e, 0x123570, 0x3b496c, 0x575d6d, 0x707173,
                                      0x8a8678, 0xa59c74, 0xc3b369, 0xe1cc55, 0xfee838};
  const double at = std::clamp(share, 0.0, 1.0) * (stops.size() - 1);
  const auto low = std::min<std::size_t>(static_cast<std::size_t>(at), stops.size() - 2);
  return mixed(colour_of(stops[low]), colour_of(stops[low + 1]), at - static_cast<double>(low));
}

}  // namespace shoal
