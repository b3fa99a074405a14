#include <gtest/gtest.h>

#include <limits>

#include "shoal/core/random.hpp"
#include "shoal/core/row_source.hpp"
#include "shoal/math/byte_gram.hpp"
#include "shoal/math/float_gram.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

constexpr std::array all_paths{BytePath::amx, BytePath::vnni, BytePath::floats};

RowData random_bytes(Index n, Index d, bool extreme = false) {
  RowData rows{ElementType::uint8, n, d, std::vector<std::byte>(static_cast<std::size_t>(n * d))};
  Random random(7, Stream::test);
  for (auto& byte : rows.bytes) byte = static_cast<std::byte>(extreme ? 255u : random.bits() >> 24);
  return rows;
}

/// Column j in steps of 1/8: sums of products are exact in float.
Matrix small_numbers(Index n, Index d) {
  Matrix rows(n, d);
  Random random(8, Stream::test);
  for (Index i = 0; i < rows.size(); ++i) rows.data()[i] = static_cast<float>(random.below(65) - 32) / 8;
  return rows;
}

template <class Gram>
void add_in_panels(Gram& gram, const RowSource& rows, Index panel) {
  for (Index first = 0; first < rows.count; first += panel)
    gram.add(rows.read(first, std::min(panel, rows.count - first)));
  gram.finish();
}

TEST(ByteGram, every_path_gives_the_integers_of_the_plain_sums) {
  for (const BytePath path : all_paths) {
    if (!is_available(path)) continue;
    for (const Index d : {1, 3, 16, 31, 33, 100})
      for (const Index n : {1, 63, 64, 300, 5000}) {
        const RowData rows = random_bytes(n, d);
        ByteGram gram(d, path);
        add_in_panels(gram, source_of(rows), 97);
        for (Index i = 0; i < d; ++i) {
          std::int64_t sum = 0;
          for (Index r = 0; r < n; ++r) sum += static_cast<std::int64_t>(rows.at(r, i));
          ASSERT_EQ(gram.column_sum(i), static_cast<double>(sum));
        }
        for (Index i = 0; i < d; i += 1 + d / 9)
          for (Index j = i; j < d; ++j) {
            std::int64_t sum = 0;
            for (Index r = 0; r < n; ++r)
              sum += static_cast<std::int64_t>(rows.at(r, i)) * static_cast<std::int64_t>(rows.at(r, j));
            ASSERT_EQ(gram.product(i, j), static_cast<double>(sum)) << name_of(path) << " " << n << " " << d;
          }
      }
  }
}

TEST(ByteGram, the_largest_bytes_do_not_overflow) {
  const Index n = 70001;  // more than 2^32 / 255^2
  const RowData rows = random_bytes(n, 5, true);
  for (const BytePath path : all_paths) {
    if (!is_available(path)) continue;
    ByteGram gram(5, path);
    add_in_panels(gram, source_of(rows), 4096);
    EXPECT_EQ(gram.product(1, 3), 65025.0 * static_cast<double>(n)) << name_of(path);
    EXPECT_EQ(gram.column_sum(4), 255.0 * static_cast<double>(n));
  }
}

TEST(ByteGram, takes_a_path_that_the_processor_has) {
  EXPECT_TRUE(is_available(fastest_byte_path()));
  EXPECT_TRUE(is_available(BytePath::floats));
  for (const BytePath path : all_paths)
    if (!is_available(path)) EXPECT_THROW(ByteGram(3, path), std::logic_error);
}

TEST(FloatGram, sums_that_fit_are_those_of_plain_doubles) {
  for (const Index d : {1, 7, 16, 17, 33, 48, 49, 100, 300})
    for (const Index n : {1, 7, 8, 256, 700}) {
      const Matrix rows = small_numbers(n, d);
      FloatGram gram(ColumnMap::identity(d), 40);
      add_in_panels(gram, source_of(rows), FloatGram::panel_rows);
      gram.subtract_start();
      const MatrixD expected = rows.cast<double>().transpose() * rows.cast<double>();
      for (Index i = 0; i < d; ++i) {
        ASSERT_EQ(gram.column_sum(i), rows.col(i).cast<double>().sum());
        ASSERT_EQ(gram.largest()[static_cast<std::size_t>(i)], rows.col(i).cwiseAbs().maxCoeff());
        for (Index j = i; j < d; ++j) ASSERT_EQ(gram.product(i, j), expected(i, j)) << n << " " << d;
      }
    }
}

TEST(FloatGram, panels_in_any_order_and_grouping_give_the_same_bits) {
  const Index n = 2000, d = 150;
  const Matrix rows = test_clusters(n, d, 3);
  const RowSource source = source_of(rows);
  FloatGram forward(ColumnMap::identity(d), 40), first(ColumnMap::identity(d), 40), second(ColumnMap::identity(d), 40);
  add_in_panels(forward, source, 100);
  for (Index panel = 19; panel >= 0; --panel) (panel % 3 == 0 ? first : second).add(source.read(panel * 100, 100));
  for (FloatGram* gram : {&first, &second}) gram->finish();
  for (FloatGram* gram : {&forward, &first, &second}) gram->subtract_start();
  for (Index i = 0; i < d; ++i) {
    EXPECT_EQ(forward.column_sum(i), first.column_sum(i) + second.column_sum(i));
    for (Index j = i; j < d; ++j) EXPECT_EQ(forward.product(i, j), first.product(i, j) + second.product(i, j));
  }
}

TEST(FloatGram, maps_columns_before_it_multiplies) {
  const Matrix rows = small_numbers(40, 20);
  ColumnMap map{std::vector<float>(20, 0.5f), std::vector<float>(20, 3.0f)};
  FloatGram gram(map, 40);
  add_in_panels(gram, source_of(rows), 32);
  gram.subtract_start();
  const Matrix mapped = rows.array() * 0.5f - 3.0f;
  EXPECT_EQ(gram.product(2, 19), mapped.col(2).cast<double>().dot(mapped.col(19).cast<double>()));
  EXPECT_EQ(gram.column_sum(17), mapped.col(17).cast<double>().sum());
}

TEST(FloatGram, a_panel_of_float_products_errs_in_the_eighth_digit_at_most) {
  const Index n = 20000, d = 20;
  const Matrix rows = test_clusters(n, d, 1, 0);
  FloatGram gram(ColumnMap::identity(d), 30);
  add_in_panels(gram, source_of(rows), FloatGram::panel_rows);
  gram.subtract_start();
  const MatrixD expected = rows.cast<double>().transpose() * rows.cast<double>();
  for (Index i = 0; i < d; ++i)
    for (Index j = i; j < d; ++j) EXPECT_NEAR(gram.product(i, j), expected(i, j), 1e-7 * static_cast<double>(n));
}

TEST(FloatGram, tells_of_numbers_that_are_none) {
  Matrix rows = Matrix::Zero(9, 18);
  rows(8, 17) = std::numeric_limits<float>::quiet_NaN();
  rows(3, 2) = -std::numeric_limits<float>::infinity();
  FloatGram gram(ColumnMap::identity(18), 10);
  add_in_panels(gram, source_of(rows), 9);
  EXPECT_TRUE(std::isnan(gram.largest()[17]));
  EXPECT_EQ(gram.largest()[2], std::numeric_limits<float>::infinity());
  EXPECT_EQ(gram.largest()[3], 0);
}

}  // namespace
}  // namespace shoal
