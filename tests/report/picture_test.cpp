#include "shoal/report/picture.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace shoal {
namespace {

std::string base64(std::string_view text) {
  return base64_of(std::as_bytes(std::span(text)));
}

TEST(Base64, gives_the_test_vectors_of_rfc_4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Picture, three_channels_are_colours_in_either_order) {
  const Shape shape{3, 1, 2};
  const Shape image{3, 2, 1};
  const std::vector<float> channels_first{10, 20, 30, 40, 50, 60}, channels_last{10, 30, 50, 20, 40, 60};
  const std::vector<std::uint8_t> expected{10, 30, 50, 20, 40, 60};
  EXPECT_EQ(picture_of(channels_first, image, false, {0, 255}).pixels, expected);
  EXPECT_EQ(picture_of(channels_last, image, true, {0, 255}).pixels, expected);
  EXPECT_EQ(picture_of(channels_first, shape, false, {0, 255}).channels, 1) << "a sequence is drawn as a curve";
}

TEST(Picture, values_beyond_the_window_are_cut) {
  const std::vector<float> values{-5, 0, 1, 9};
  EXPECT_EQ(picture_of(values, {1, 2, 2}, false, {0, 1}).pixels, (std::vector<std::uint8_t>{0, 0, 255, 255}));
}

TEST(Picture, a_window_without_width_does_no_harm) {
  const std::vector<float> values{3, 3, 3, 3};
  EXPECT_EQ(picture_of(values, {1, 2, 2}, false, {3, 3}).pixels, (std::vector<std::uint8_t>{0, 0, 0, 0}));
}

TEST(Picture, vectors_are_drawn_as_curves_whatever_their_length) {
  for (const Index d : {1, 2, 1000}) {
    const std::vector<float> values(static_cast<std::size_t>(d), 1.0f);
    const Picture curve = picture_of(values, {d, 1, 1}, false, {0, 1});
    EXPECT_EQ(curve.pixels.size(), static_cast<std::size_t>(curve.width * curve.height)) << d;
    EXPECT_LT(curve.pixels.front(), 100) << "the greatest value is at the top";
  }
}

TEST(Picture, shrinking_takes_the_mean_and_never_enlarges) {
  const Picture four{2, 2, 1, {0, 100, 100, 200}};
  EXPECT_EQ(shrunk(four, 1).pixels, (std::vector<std::uint8_t>{100}));
  EXPECT_EQ(shrunk(four, 7).pixels, four.pixels);
  const Picture wide{4, 2, 1, {10, 30, 50, 70, 10, 30, 50, 70}};
  EXPECT_EQ(shrunk(wide, 2).pixels, (std::vector<std::uint8_t>{20, 60}));
  const Picture three{3, 1, 1, {0, 90, 180}};
  EXPECT_EQ(shrunk(three, 2).pixels, (std::vector<std::uint8_t>{30, 150}))
      << "a pixel in the middle belongs to both in part";
}

TEST(Picture, an_atlas_has_each_picture_in_its_cell) {
  const Picture dark{1, 1, 1, {1}}, bright{2, 1, 1, {8, 9}};
  const Picture atlas = atlas_of({dark, bright, dark}, 2, 2);
  EXPECT_EQ(atlas.width, 4);
  EXPECT_EQ(atlas.height, 4);
  EXPECT_EQ(atlas.pixels, (std::vector<std::uint8_t>{1, 0, 8, 9, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Picture, a_png_begins_as_one_and_tells_its_size) {
  const std::string png = png_of({2, 3, 3, std::vector<std::uint8_t>(18, 77)});
  EXPECT_EQ(png.substr(1, 3), "PNG");
  EXPECT_EQ(png[19], 2);  // width and height: big-endian, from the 16th byte
  EXPECT_EQ(png[23], 3);
}

}  // namespace
}  // namespace shoal
