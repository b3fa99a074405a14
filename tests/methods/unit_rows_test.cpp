// Rows of length 1 are where the rows are that they are made of.
#include "shoal/methods/unit_rows.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "shoal/core/error.hpp"
#include "shoal/methods/kmeans.hpp"
#include "shoal/methods/row_pieces.hpp"
#include "test_clusters.hpp"
#include "test_streamed.hpp"

namespace shoal {
namespace {

RowData bytes_of(const Matrix& all) {
  RowData rows{ElementType::uint8, all.rows(), all.cols(), {}};
  for (Index i = 0; i < all.size(); ++i)
    rows.bytes.push_back(static_cast<std::byte>(std::clamp(std::lround(128 + 9 * all.data()[i]), 1l, 255l)));
  return rows;
}

Matrix read_in_panels(const RowSource& rows) {
  Matrix all(rows.count, rows.width);
  for_panels(rows, [&](Index first, const RowView& panel) {
    EXPECT_LE(panel.count, rows.most_rows);
    for (Index i = 0; i < panel.count; ++i) panel.to_floats(i, all.row(first + i).data());
  });
  return all;
}

TEST(UnitRows, of_a_file_stay_there) {
  const RowData bytes = bytes_of(test_clusters(300, 7, 3));
  const RowSource file = unit_rows(streamed(bytes, 48), 0), memory = unit_rows(source_of(bytes), 0);
  EXPECT_FALSE(file.in_memory());
  EXPECT_TRUE(file.copies_beside);
  EXPECT_EQ(file.most_rows, 48);
  EXPECT_TRUE(memory.in_memory());
  const Matrix all = read_in_panels(file), same = read_in_panels(memory);
  EXPECT_TRUE(same_bits(elements(all), elements(same)));
  for (Index i = 0; i < all.rows(); ++i) EXPECT_NEAR(all.row(i).norm(), 1, 1e-6);
  std::vector<std::byte> copied(static_cast<std::size_t>(100 * file.row_bytes()) + 1);
  file.copy(50, 100, copied.data() + 1);  // wherever it may lie
  EXPECT_EQ(std::memcmp(copied.data() + 1, all.row(50).data(), copied.size() - 1), 0);
}

TEST(UnitRows, give_the_same_clusters_from_a_file) {
  const RowData bytes = bytes_of(test_clusters(3000, 7, 5));
  const KMeansOptions options{.k = 5, .n_init = 2, .unit_centers = true};
  const KMeansResult file = fit_kmeans(test_alone(), unit_rows(streamed(bytes, 480), 0), 3000, options);
  const KMeansResult memory = fit_kmeans(test_alone(), unit_rows(source_of(bytes), 0), 3000, options);
  EXPECT_EQ(file.labels, memory.labels);
  EXPECT_TRUE(same_bits(elements(file.centers), elements(memory.centers)));
}

TEST(UnitRows, of_zeros_are_named_by_copies_too) {
  Matrix all = test_clusters(40, 3, 2);
  all.row(17).setZero();
  RowData rows{ElementType::float32, 40, 3, {}};
  rows.bytes.resize(static_cast<std::size_t>(all.size()) * sizeof(float));
  std::memcpy(rows.bytes.data(), all.data(), rows.bytes.size());
  const RowSource unit = unit_rows(streamed(rows, 48), 1000);
  std::vector<std::byte> copied(rows.bytes.size());
  try {
    unit.copy(0, 40, copied.data());
    FAIL();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("row 1017"), std::string::npos) << e.what();
  }
}

TEST(RowPieces, know_rows_that_lie_in_place) {
  const Matrix all = test_clusters(40, 3, 2);
  const RowData bytes = bytes_of(all);
  EXPECT_TRUE(lies_in_place(source_of(all)));
  EXPECT_TRUE(lies_in_place(source_of(bytes)));
  EXPECT_FALSE(lies_in_place(streamed(bytes, 16)));
  EXPECT_FALSE(lies_in_place(unit_rows(source_of(all), 0)));
  const std::vector<double> doubles(120);
  EXPECT_FALSE(lies_in_place(
      source_of(RowView{ElementType::float64, 40, 3, reinterpret_cast<const std::byte*>(doubles.data())})));
}

}  // namespace
}  // namespace shoal
