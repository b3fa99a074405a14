#pragma once
// A picture with axes, drawn by cairo.
#include <memory>
#include <string>
#include <vector>

#include "colours.hpp"
#include "shoal/report/picture.hpp"

namespace shoal {

/// What an axis shows. `words` name the places 0, 1, ... instead of numbers.
struct Axis {
  std::string name;
  double low = 0, high = 1;
  bool logarithmic = false;
  std::vector<std::string> words;
  bool hidden = false;
  bool whole = false;  ///< ticks at whole numbers alone
};

class Plot {
 public:
  /// White, 1200 x 800 pixels, with frame, ticks, names and title.
  Plot(const std::string& title, Axis x, Axis y);

  void line(const std::vector<double>& x, const std::vector<double>& y, const Colour& colour, bool dashed = false);
  /// From the axis' lower end to `top_value`; x and breadth in the axis' units.
  void bar(double x, double breadth, double top_value, const Colour& colour);
  /// Along x, from its lower end to `length`.
  void bar_across(double y, double breadth, double length, const Colour& colour);
  void point(double x, double y, double radius, const Colour& colour);
  void cell(double x, double y, const Colour& colour, const std::string& text);
  void text(double x, double y, const std::string& text);
  /// Names of colours, to the right of the frame.
  void legend(const std::vector<std::string>& names, const std::vector<Colour>& colours);
  /// A picture with its corner at (x, y) and its longer side `side`, all in pixels; and words in pixels.
  void picture(double x, double y, double side, const Picture& picture);
  void caption(double x, double y, const std::string& text);

  /// The picture as the bytes of a PNG file.
  std::string png() const;

  static constexpr double width = 1200, height = 800;

 private:
  double across(double x) const;
  double down(double y) const;
  void draw_axes(const std::string& title);
  void write(const std::string& text, double x, double y, double size, double align, bool upright = false);
  void paint(const Colour& colour);

  struct Surface;
  std::shared_ptr<Surface> surface_;
  Axis x_, y_;
};

/// Round numbers that cut [low, high] into some five parts; of a logarithmic axis powers of ten.
std::vector<double> ticks_of(const Axis& axis);

}  // namespace shoal
