#include "shoal/core/snapshot.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "shoal/core/error.hpp"

namespace shoal {
namespace {

template <class Body>
std::string refusal(Body body) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::input);
    return error.what();
  }
  return "not refused";
}

Snapshot example() {
  Snapshot s;
  s.put("doubles", std::vector<double>{0.1, -0.0, std::numeric_limits<double>::infinity()});
  s.put("floats", std::vector<float>{1.5f, 2.5f});
  s.put("integers", std::vector<std::int64_t>{-1, std::int64_t{1} << 62});
  s.put("text", std::string("two\nlines"));
  s.put("number", 0.25);
  s.put("integer", std::int64_t{7});
  s.put("nothing", std::vector<double>{});
  return s;
}

TEST(Snapshot, gives_back_what_was_put) {
  const Snapshot s = example();
  EXPECT_EQ(s.doubles("doubles"), (std::vector<double>{0.1, -0.0, std::numeric_limits<double>::infinity()}));
  EXPECT_TRUE(std::signbit(s.doubles("doubles")[1]));
  EXPECT_EQ(s.floats("floats"), (std::vector<float>{1.5f, 2.5f}));
  EXPECT_EQ(s.integers("integers"), (std::vector<std::int64_t>{-1, std::int64_t{1} << 62}));
  EXPECT_EQ(s.text("text"), "two\nlines");
  EXPECT_EQ(s.number("number"), 0.25);
  EXPECT_EQ(s.integer("integer"), 7);
  EXPECT_TRUE(s.doubles("nothing").empty());
  EXPECT_TRUE(s.has("nothing"));
  EXPECT_FALSE(s.has("something"));
}

TEST(Snapshot, copies_into_what_has_the_same_size_only) {
  const Snapshot s = example();
  std::vector<double> doubles(3);
  std::vector<float> floats(2);
  std::vector<std::int64_t> integers(2);
  s.copy("doubles", std::span(doubles));
  s.copy("floats", std::span(floats));
  s.copy("integers", std::span(integers));
  EXPECT_EQ(doubles, s.doubles("doubles"));
  EXPECT_EQ(floats, s.floats("floats"));
  EXPECT_EQ(integers, s.integers("integers"));
  doubles.resize(4);
  EXPECT_EQ(refusal([&] { s.copy("doubles", std::span(doubles)); }),
            "the checkpoint's \"doubles\" holds 3 numbers, not 4");
}

TEST(Snapshot, refuses_what_is_missing_of_another_type_or_not_one) {
  Snapshot s = example();
  EXPECT_EQ(refusal([&] { s.doubles("weights"); }), "the checkpoint's \"weights\" is missing");
  EXPECT_EQ(refusal([&] { s.doubles("floats"); }), "the checkpoint's \"floats\" holds numbers of another type");
  EXPECT_EQ(refusal([&] { s.number("doubles"); }), "the checkpoint's \"doubles\" holds 3 numbers, not one");
  EXPECT_EQ(refusal([&] { s.integer("integers"); }), "the checkpoint's \"integers\" holds 2 numbers, not one");
  s.put("cut", Snapshot::Array{ElementType::float64, std::vector<std::byte>(12)});
  EXPECT_EQ(refusal([&] { s.doubles("cut"); }), "the checkpoint's \"cut\" does not hold whole numbers");
}

TEST(Snapshot, holds_parts_that_are_snapshots_and_replaces_them_whole) {
  Snapshot whole;
  whole.put("fit", 1.0);
  whole.put_part("fit", example());
  whole.put_part("fitting", example());
  EXPECT_EQ(whole.part("fit"), example());
  EXPECT_TRUE(whole.part("nowhere").arrays().empty());
  Snapshot other;
  other.put("number", 2.0);
  whole.put_part("fit", other);
  EXPECT_EQ(whole.part("fit"), other);
  EXPECT_EQ(whole.part("fitting"), example());
  EXPECT_EQ(whole.number("fit"), 1.0);
}

}  // namespace
}  // namespace shoal
