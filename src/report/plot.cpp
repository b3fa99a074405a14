#include "plot.hpp"

#include <cairo.h>

#include <cmath>
#include <vector>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"

namespace shoal {

struct Plot::Surface {
  cairo_surface_t* image =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, static_cast<int>(width), static_cast<int>(height));
  cairo_t* pen = cairo_create(image);
  Surface() = default;
  Surface(const Surface&) = delete;
  Surface& operator=(const Surface&) = delete;
  ~Surface() {
    cairo_destroy(pen);
    cairo_surface_destroy(image);
  }
};

namespace {

constexpr double left = 120, right = 1000, top = 70, bottom = 700;  // of the frame
constexpr double small = 20, large = 24;                            // of letters
constexpr Colour ink = colour_of(0x1b1f24), pale = colour_of(0xdddddd);

double place(const Axis& axis, double value) {
  if (!axis.logarithmic) return (value - axis.low) / (axis.high - axis.low);
  return (std::log10(value) - std::log10(axis.low)) / (std::log10(axis.high) - std::log10(axis.low));
}

}  // namespace

std::vector<double> ticks_of(const Axis& axis) {
  std::vector<double> ticks;
  // Damaged numbers may be anything: no end is infinite, and no step too small to get on.
  if (!std::isfinite(axis.low) || !std::isfinite(axis.high)) return ticks;
  if (axis.logarithmic) {
    for (double power = std::floor(std::log10(axis.low)); power <= std::log10(axis.high) + 1e-9; ++power)
      for (const double digit : {1.0, 2.0, 5.0}) {
        const double tick = digit * std::pow(10, power);
        if (tick >= axis.low * (1 - 1e-9) && tick <= axis.high * (1 + 1e-9)) ticks.push_back(tick);
      }
    return ticks;
  }
  const double rough = (axis.high - axis.low) / 5;
  const double unit = std::pow(10, std::floor(std::log10(rough)));
  double step = unit * (rough / unit < 1.5 ? 1 : rough / unit < 3.5 ? 2 : rough / unit < 7.5 ? 5 : 10);
  if (axis.whole) step = std::max(1.0, step);
  constexpr std::size_t most_ticks = 20;
  for (double i = std::ceil(axis.low / step - 1e-9); i * step <= axis.high + 1e-9 * step && ticks.size() < most_ticks;
       ++i)
    ticks.push_back(i * step);
  return ticks;
}

Plot::Plot(const std::string& title, Axis x, Axis y)
    : surface_(std::make_shared<Surface>()), x_(std::move(x)), y_(std::move(y)) {
  for (Axis* axis : {&x_, &y_})
    if (!(axis->high > axis->low)) {
      const double around = axis->low == 0 ? 1 : std::abs(axis->low) / 2;
      axis->high = axis->low + around;
      axis->low -= axis->logarithmic ? axis->low / 2 : around;
    }
  paint({1, 1, 1});
  cairo_paint(surface_->pen);
  draw_axes(title);
}

double Plot::across(double x) const {
  return left + place(x_, x) * (right - left);
}
double Plot::down(double y) const {
  return bottom - place(y_, y) * (bottom - top);
}

void Plot::paint(const Colour& colour) {
  cairo_set_source_rgb(surface_->pen, colour.red, colour.green, colour.blue);
}

void Plot::write(const std::string& text, double x, double y, double size, double align, bool upright) {
  cairo_t* pen = surface_->pen;
  cairo_select_font_face(pen, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(pen, size);
  cairo_text_extents_t extents;
  cairo_text_extents(pen, text.c_str(), &extents);
  cairo_save(pen);
  cairo_move_to(pen, x, y);
  if (upright) cairo_rotate(pen, -M_PI / 2);
  cairo_rel_move_to(pen, -align * extents.x_advance, 0);
  cairo_show_text(pen, text.c_str());
  cairo_restore(pen);
}

void Plot::draw_axes(const std::string& title) {
  cairo_t* pen = surface_->pen;
  paint(ink);
  write(title, left, top - 24, large, 0);
  cairo_set_line_width(pen, 1.5);
  const auto ticks = [&](const Axis& axis, const auto& draw) {
    if (axis.hidden) return;
    if (axis.words.empty()) {
      for (const double tick : ticks_of(axis)) draw(tick, format_number(std::abs(tick) < 1e-12 ? 0 : tick));
      return;
    }
    const std::size_t step = (axis.words.size() + 24) / 25;
    for (std::size_t i = 0; i < axis.words.size(); i += step) draw(static_cast<double>(i), axis.words[i]);
  };
  ticks(x_, [&](double tick, const std::string& text) {
    paint(pale);
    cairo_move_to(pen, across(tick), bottom);
    cairo_line_to(pen, across(tick), x_.words.empty() ? top : bottom + 6);
    cairo_stroke(pen);
    paint(ink);
    write(text, across(tick), bottom + 28, small, 0.5);
  });
  ticks(y_, [&](double tick, const std::string& text) {
    paint(pale);
    cairo_move_to(pen, left, down(tick));
    cairo_line_to(pen, y_.words.empty() ? right : left - 6, down(tick));
    cairo_stroke(pen);
    paint(ink);
    write(text, left - 10, down(tick) + small * 0.35, small, 1);
  });
  paint(ink);
  if (!x_.hidden || !y_.hidden) {
    cairo_rectangle(pen, left, top, right - left, bottom - top);
    cairo_stroke(pen);
  }
  write(x_.name, (left + right) / 2, bottom + 66, small, 0.5);
  write(y_.name, 28, (top + bottom) / 2, small, 0.5, true);
}

void Plot::line(const std::vector<double>& x, const std::vector<double>& y, const Colour& colour, bool dashed) {
  cairo_t* pen = surface_->pen;
  paint(colour);
  cairo_set_line_width(pen, 3);
  cairo_set_line_join(pen, CAIRO_LINE_JOIN_ROUND);
  const double dash = 10;
  cairo_set_dash(pen, &dash, dashed ? 1 : 0, 0);
  cairo_new_path(pen);  // writing text leaves a point behind
  for (std::size_t i = 0; i < x.size() && i < y.size(); ++i)
    if (std::isfinite(y[i])) cairo_line_to(pen, across(x[i]), down(y[i]));
  cairo_stroke(pen);
  cairo_set_dash(pen, nullptr, 0, 0);
}

void Plot::bar(double x, double breadth, double top_value, const Colour& colour) {
  paint(colour);
  cairo_rectangle(surface_->pen, across(x - breadth / 2), down(top_value), across(breadth) - across(0),
                  bottom - down(top_value));
  cairo_fill(surface_->pen);
}

void Plot::bar_across(double y, double breadth, double length, const Colour& colour) {
  paint(colour);
  cairo_rectangle(surface_->pen, left, down(y + breadth / 2), across(length) - left, down(0) - down(breadth));
  cairo_fill(surface_->pen);
}

void Plot::point(double x, double y, double radius, const Colour& colour) {
  cairo_t* pen = surface_->pen;
  paint(colour);
  cairo_rectangle(pen, across(x) - radius, down(y) - radius, 2 * radius, 2 * radius);
  cairo_fill(pen);
}

void Plot::cell(double x, double y, const Colour& colour, const std::string& text) {
  cairo_t* pen = surface_->pen;
  paint(colour);
  cairo_rectangle(pen, across(x - 0.5), down(y + 0.5), across(1) - across(0), down(0) - down(1));
  cairo_fill(pen);
  // Dark words on bright cells, bright ones on dark.
  paint(0.3 * colour.red + 0.6 * colour.green + 0.1 * colour.blue > 0.5 ? ink : Colour{1, 1, 1});
  const double room = across(1) - across(0);
  if (room > 24) write(text, across(x), down(y) + 6, std::min(small, room / 3.4), 0.5);
}

void Plot::text(double x, double y, const std::string& text) {
  paint(ink);
  write(text, across(x) + 8, down(y) + small * 0.35, small, 0);
}

void Plot::legend(const std::vector<std::string>& names, const std::vector<Colour>& colours) {
  for (std::size_t i = 0; i < names.size() && i < 24; ++i) {
    const double y = top + 8 + 26 * static_cast<double>(i);
    paint(colours[i]);
    cairo_rectangle(surface_->pen, right + 20, y, 16, 16);
    cairo_fill(surface_->pen);
    paint(ink);
    write(names[i], right + 44, y + 15, small - 2, 0);
  }
}

void Plot::picture(double x, double y, double side, const Picture& picture) {
  if (picture.empty()) return;
  const int stride = cairo_format_stride_for_width(CAIRO_FORMAT_RGB24, static_cast<int>(picture.width));
  std::vector<std::uint32_t> pixels(static_cast<std::size_t>(stride / 4 * picture.height));
  for (Index i = 0; i < picture.width * picture.height; ++i) {
    const auto* from = picture.pixels.data() + i * picture.channels;
    const std::uint32_t red = from[0], green = picture.channels == 3 ? from[1] : red,
                        blue = picture.channels == 3 ? from[2] : red;
    pixels[static_cast<std::size_t>(i / picture.width * (stride / 4) + i % picture.width)] =
        red << 16 | green << 8 | blue;
  }
  cairo_t* pen = surface_->pen;
  cairo_surface_t* image =
      cairo_image_surface_create_for_data(reinterpret_cast<unsigned char*>(pixels.data()), CAIRO_FORMAT_RGB24,
                                          static_cast<int>(picture.width), static_cast<int>(picture.height), stride);
  const double scale = side / static_cast<double>(std::max(picture.width, picture.height));
  cairo_save(pen);
  cairo_translate(pen, x, y);
  cairo_scale(pen, scale, scale);
  cairo_set_source_surface(pen, image, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(pen), CAIRO_FILTER_NEAREST);
  cairo_paint(pen);
  cairo_restore(pen);
  cairo_surface_destroy(image);
}

void Plot::caption(double x, double y, const std::string& text) {
  paint(ink);
  write(text, x, y, small - 4, 0);
}

std::string Plot::png() const {
  std::string bytes;
  cairo_surface_flush(surface_->image);
  const auto append = [](void* into, const unsigned char* data, unsigned length) {
    static_cast<std::string*>(into)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
  };
  const cairo_status_t status = cairo_surface_write_to_png_stream(surface_->image, append, &bytes);
  if (status != CAIRO_STATUS_SUCCESS)
    throw Error(ExitCode::failure, std::string("cairo cannot make a PNG picture: ") + cairo_status_to_string(status),
                "is there memory left? without --figures the report needs no cairo");
  return bytes;
}

}  // namespace shoal
