// Options whose values are more than a number or a word.
#include <gtest/gtest.h>

#include "shoal/core/error.hpp"
#include "shoal/job/options.hpp"

namespace shoal {
namespace {

TEST(Options, a_limit_in_bytes_has_units) {
  ByteLimit limit;
  OptionSet set("train", "Learns.");
  set.add("memory", limit, "of each rank");
  EXPECT_EQ(set.resolved().front().value, "none");
  const char* const given[] = {"shoal train", "--memory", "1.5GiB"};
  set.resolve(3, given);
  EXPECT_EQ(limit.bytes, Index{3} << 29);
  EXPECT_EQ(set.resolved().front().value, "1536MiB");
  EXPECT_EQ(set.json(), R"({"memory":"1536MiB"})");
  const char* const wrong[] = {"shoal train", "--memory", "lots"};
  try {
    set.resolve(3, wrong);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("4GiB"), std::string::npos) << error.what();
  }
}

TEST(Options, a_range_is_one_number_or_two) {
  IndexRange range{10, 10};
  OptionSet set("kmeans", "Clusters.");
  set.add("k", range, "clusters").at_least(1);
  EXPECT_EQ(set.resolved().front().value, "10");
  EXPECT_EQ(set.json(), R"({"k":10})");
  const char* const given[] = {"shoal kmeans", "--k", "2:10"};
  set.resolve(3, given);
  EXPECT_EQ(range.first, 2);
  EXPECT_EQ(range.last, 10);
  EXPECT_EQ(set.resolved().front().value, "2:10");
  EXPECT_EQ(set.json(), R"({"k":"2:10"})");
  for (const char* bad : {"10:2", "0:3", "2:", ":3", "2:3:4", "a"}) {
    const char* const wrong[] = {"shoal kmeans", "--k", bad};
    EXPECT_THROW(set.resolve(3, wrong), Error) << bad;
  }
}

}  // namespace
}  // namespace shoal
