#include "shoal/core/row_source.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(RowSource, gives_any_range_of_a_matrix) {
  Matrix m(5, 3);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = static_cast<float>(i);
  const RowSource source = source_of(m);
  EXPECT_EQ(source.type, ElementType::float32);
  EXPECT_EQ(source.count, 5);
  EXPECT_EQ(source.width, 3);
  const RowView view = source.read(2, 2);
  EXPECT_EQ(view.count, 2);
  EXPECT_EQ(view.at(0, 0), 6);
  EXPECT_EQ(view.at(1, 2), 11);
  EXPECT_EQ(source.read(5, 0).count, 0);
}

TEST(RowSource, keeps_the_type_of_the_data) {
  RowData bytes{ElementType::uint8, 2, 2, {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{255}}};
  const RowView view = source_of(bytes).read(1, 1);
  EXPECT_EQ(view.type, ElementType::uint8);
  EXPECT_EQ(view.at(0, 1), 255);
}

}  // namespace
}  // namespace shoal
