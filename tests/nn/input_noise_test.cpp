#include "shoal/nn/input_noise.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shoal/core/error.hpp"
#include "shoal/core/lane_random.hpp"

namespace shoal {
namespace {

GroupDraws some_draws() {
  GroupDraws draws{.seed = 4, .epoch = 2, .rows = {}};
  for (std::size_t l = 0; l < draws.rows.size(); ++l) draws.rows[l] = static_cast<Index>(100 + 31 * l);
  return draws;
}

TEST(InputNoise, is_read_or_refused_with_what_is_known) {
  EXPECT_FALSE(parse_input_noise("none").any());
  EXPECT_EQ(parse_input_noise("gaussian:0.25").kind, InputNoise::Kind::gaussian);
  EXPECT_EQ(parse_input_noise("mask:0.5").amount, 0.5);
  for (const char* text : {"", "gauss:0.1", "gaussian", "gaussian:", "gaussian:x", "gaussian:0", "gaussian:-1",
                           "gaussian:nan", "mask:1", "mask:0.3x", "mask:0", "none:1"})
    try {
      parse_input_noise(text);
      ADD_FAILURE() << text << " was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::options);
      EXPECT_NE(error.hint().find("gaussian:0.1"), std::string::npos);
    }
}

TEST(InputNoise, of_a_row_does_not_depend_on_its_lane) {
  for (const char* text : {"gaussian:0.3", "mask:0.4"}) {
    const GroupDraws draws = some_draws();
    GroupDraws alone = draws;
    alone.rows = {};
    alone.rows[2] = draws.rows[13];
    AlignedVector<Lanes> together(30, broadcast(0.7f)), other = together;
    add_noise(parse_input_noise(text), draws, 30, together.data());
    add_noise(parse_input_noise(text), alone, 30, other.data());
    for (std::size_t i = 0; i < 30; ++i) ASSERT_EQ(together[i][13], other[i][2]) << text << " " << i;
  }
}

TEST(InputNoise, goes_by_the_words_that_its_row_draws) {
  const GroupDraws draws = some_draws();
  AlignedVector<Lanes> masked(11, broadcast(0.7f)), noisy = masked;
  add_noise(parse_input_noise("mask:0.25"), draws, 11, masked.data());
  add_noise(parse_input_noise("gaussian:2"), draws, 11, noisy.data());
  for (std::size_t i = 0; i < 11; ++i)
    for (std::size_t l = 0; l < draws.rows.size(); ++l) {
      const std::uint32_t word = drawn_word(4, Stream::input_noise, 0, 2, draws.rows[l], i);
      ASSERT_EQ(masked[i][l], word < 0x40000000u ? 0.0f : 0.7f);
      ASSERT_FLOAT_EQ(noisy[i][l], 0.7f + 2 * normal_lanes(WordLanes{} + word)[0]);
    }
}

TEST(InputNoise, has_the_amount_that_was_asked_for) {
  AlignedVector<Lanes> noisy(5000, broadcast(1.0f)), masked = noisy;
  add_noise(parse_input_noise("gaussian:0.5"), some_draws(), 5000, noisy.data());
  add_noise(parse_input_noise("mask:0.3"), some_draws(), 5000, masked.data());
  double sum = 0, squares = 0, zeros = 0;
  for (std::size_t i = 0; i < 5000; ++i)
    for (int l = 0; l < lane_count; ++l) {
      sum += double{noisy[i][l]} - 1;
      squares += std::pow(double{noisy[i][l]} - 1, 2);
      zeros += masked[i][l] == 0;
    }
  EXPECT_NEAR(sum / 80'000, 0, 0.006);
  EXPECT_NEAR(std::sqrt(squares / 80'000), 0.5, 0.005);
  EXPECT_NEAR(zeros / 80'000, 0.3, 0.005);
}

}  // namespace
}  // namespace shoal
