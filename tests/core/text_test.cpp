#include "shoal/core/text.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "shoal/core/lanes.hpp"

namespace shoal {
namespace {

TEST(Text, numbers_are_written_for_people) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1'234'567), "1,234,567");
  EXPECT_EQ(format_count(-1'000), "-1,000");
  EXPECT_EQ(format_count(std::numeric_limits<Index>::min()), "-9,223,372,036,854,775,808");
  EXPECT_EQ(format_bytes(512), "512 B");
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
  EXPECT_EQ(format_duration(2.5), "2.50 s");
  EXPECT_EQ(format_duration(75.2), "1 min 15 s");
  EXPECT_EQ(format_duration(3725), "1 h 02 min");
  EXPECT_EQ(format_number(0.0117), "0.0117");
}

TEST(Text, split_trims_and_keeps_empty_middles) {
  EXPECT_EQ(split(" a, b ,c ", ','), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_TRUE(split("  ", ',').empty());
}

TEST(Text, sizes_are_read_as_users_write_them) {
  EXPECT_EQ(parse_bytes("4GiB"), Index{4} << 30);
  EXPECT_EQ(parse_bytes("512 MiB"), Index{512} << 20);
  EXPECT_EQ(parse_bytes("64K"), 65536);
  EXPECT_EQ(parse_bytes("2e9"), 2000000000);
  EXPECT_EQ(parse_bytes("1.5GB"), 1500000000);
  EXPECT_EQ(parse_bytes("7B"), 7);
  for (const char* bad : {"", "GiB", "-1", "0.1", "4 bananas", "4Gib", "nan", "1e30", "4GiBs"})
    EXPECT_FALSE(parse_bytes(bad)) << bad;
}

TEST(Text, closest_finds_the_slip_of_the_finger_and_nothing_else) {
  const std::vector<std::string> words{"epochs", "batch-size", "components"};
  EXPECT_EQ(closest("epoch", words), "epochs");
  EXPECT_EQ(closest("bacth-size", words), "batch-size");
  EXPECT_EQ(closest("zzzzzz", words), "");
}

TEST(Lanes, are_summed_and_broadcast) {
  Lanes v;
  for (int i = 0; i < lane_count; ++i) v[i] = static_cast<float>(i + 1);
  EXPECT_EQ(sum_of_lanes(v), 136.0f);
  const Lanes b = broadcast(2.5f);
  for (int i = 0; i < lane_count; ++i) EXPECT_EQ(b[i], 2.5f);
}

}  // namespace
}  // namespace shoal
