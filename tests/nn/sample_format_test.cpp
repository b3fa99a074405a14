#include "shoal/nn/sample_format.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace shoal {
namespace {

RowData bytes_of(Index count, Index width) {
  RowData data{ElementType::uint8, count, width, std::vector<std::byte>(static_cast<std::size_t>(count * width))};
  for (std::size_t i = 0; i < data.bytes.size(); ++i) data.bytes[i] = static_cast<std::byte>(i * 7 % 256);
  return data;
}

TEST(SampleFormat, puts_rows_into_lanes_and_back) {
  for (const bool channels_last : {false, true}) {
    const SampleFormat format{{2, 3, 2}, channels_last, {10, -5}, {0.5, 0.25}};
    const RowData data = bytes_of(5, 12);
    const std::vector<Index> rows{4, 0, 2};
    AlignedVector<Lanes> x(12);
    load_group(data, rows, format, x.data());
    // Channel 1, pixel 3 of the second sample, by hand.
    const double raw = data.at(0, channels_last ? 3 * 2 + 1 : 1 * 6 + 3);
    EXPECT_FLOAT_EQ(x[1 * 6 + 3][1], static_cast<float>((raw + 5) * 0.25));
    EXPECT_EQ(x[0][3], 0.0f) << "an unused lane is not zero";
    std::vector<float> back(3 * 12);
    store_group(x.data(), 3, format, back.data());
    for (std::size_t i = 0; i < 3; ++i)
      for (Index j = 0; j < 12; ++j) EXPECT_NEAR(back[i * 12 + static_cast<std::size_t>(j)], data.at(rows[i], j), 1e-4);
    const Matrix scaled = scaled_rows(data, format);
    for (Index e = 0; e < 12; ++e) EXPECT_EQ(scaled(4, e), x[static_cast<std::size_t>(e)][0]);
  }
}

TEST(RowData, converts_every_type) {
  const auto as = [](ElementType type, auto value) {
    RowData data{type, 1, 1, std::vector<std::byte>(sizeof(value))};
    std::memcpy(data.bytes.data(), &value, sizeof(value));
    float f = 0;
    data.to_floats(0, &f);
    EXPECT_EQ(static_cast<double>(f), data.at(0, 0));
    EXPECT_EQ(size_of(type), sizeof(value));
    return f;
  };
  EXPECT_EQ(as(ElementType::uint8, std::uint8_t{200}), 200.0f);
  EXPECT_EQ(as(ElementType::uint16, std::uint16_t{60000}), 60000.0f);
  EXPECT_EQ(as(ElementType::int16, std::int16_t{-7}), -7.0f);
  EXPECT_EQ(as(ElementType::int32, std::int32_t{-70000}), -70000.0f);
  EXPECT_EQ(as(ElementType::int64, std::int64_t{1} << 40), 0x1p40f);
  EXPECT_EQ(as(ElementType::float32, 1.5f), 1.5f);
  EXPECT_EQ(as(ElementType::float64, -0.25), -0.25f);
}

}  // namespace
}  // namespace shoal
