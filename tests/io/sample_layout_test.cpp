#include "shoal/io/sample_layout.hpp"

#include <gtest/gtest.h>

#include "shoal/core/error.hpp"

namespace shoal {
namespace {

SampleLayout layout_of(std::vector<Index> dims, const std::string& layout) {
  DatasetInfo info;
  info.path = "series.npy";
  info.dims = std::move(dims);
  return sample_layout(info, layout);
}

TEST(SampleLayout, three_dimensions_are_grey_images_unless_they_are_called_sequences) {
  EXPECT_EQ(layout_of({9, 50, 3}, "auto").shape, (Shape{1, 50, 3}));
  EXPECT_FALSE(layout_of({9, 50, 3}, "auto").shape.is_sequence());
  const auto sequences = layout_of({9, 50, 3}, "ntc");
  EXPECT_EQ(sequences.shape, (Shape{3, 1, 50}));
  EXPECT_TRUE(sequences.shape.is_sequence());
  EXPECT_TRUE(sequences.channels_last);
}

TEST(SampleLayout, two_dimensions_can_be_sequences_of_one_number_a_step) {
  EXPECT_EQ(layout_of({9, 50}, "auto").shape, (Shape{50, 1, 1}));
  EXPECT_EQ(layout_of({9, 50}, "ntc").shape, (Shape{1, 1, 50}));
}

TEST(SampleLayout, four_dimensions_are_no_sequences) {
  try {
    layout_of({9, 5, 5, 3}, "ntc");
    FAIL() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::input);
    EXPECT_NE(std::string(error.what()).find("series.npy is 9 x 5 x 5 x 3"), std::string::npos) << error.what();
    EXPECT_NE(error.hint().find("reshape"), std::string::npos) << error.hint();
  }
}

}  // namespace
}  // namespace shoal
