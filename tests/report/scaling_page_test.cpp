#include "shoal/report/scaling_page.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

bool holds(const std::string& page, const std::string& text) {
  return page.find(text) != std::string::npos;
}

TEST(ScalingPage, holds_numbers_and_assumptions_and_fetches_nothing) {
  ScalingCurve curve{.id = "train", .title = "a </script> title"};
  curve.points = {{.ranks = 1, .seconds = 8.25, .least = 8, .most = 9}};
  curve.model = {{.ranks = 1, .seconds = 8.5}, {.ranks = 4096, .seconds = 0.125}};
  curve.phases = {{"read", {0.75}, 0.5, 0.25}};
  const std::string page = scaling_page("study <1>", {curve}, {"one core a rank"});
  for (const char* text : {"8.25", "4096", "0.125", "\"read\"", "one core a rank", "<title>study &lt;1&gt;</title>",
                           "default-src 'none'", "echarts", "idealSeconds"})
    EXPECT_TRUE(holds(page, text)) << text;
  EXPECT_FALSE(holds(page, "a </script>"));
  EXPECT_FALSE(holds(page, "/*run*/"));
}

}  // namespace
}  // namespace shoal
