// The bounds find the very labels that comparing everything finds, and both those of double arithmetic.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "shoal/math/nearest_center.hpp"
#include "shoal/methods/bounded_search.hpp"
#include "shoal/methods/kmeans.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

/// argmin of the distances in double, the lowest among equals.
std::vector<std::int32_t> plain_labels(const Matrix& rows, const MatrixD& centers) {
  std::vector<std::int32_t> labels;
  for (Index i = 0; i < rows.rows(); ++i) {
    std::int32_t best = 0;
    for (Index c = 1; c < centers.rows(); ++c)
      if (squared_distance(rows.row(i).data(), centers.row(c).data(), rows.cols()) <
          squared_distance(rows.row(i).data(), centers.row(best).data(), rows.cols()))
        best = static_cast<std::int32_t>(c);
    labels.push_back(best);
  }
  return labels;
}

RowData as_bytes_of(const Matrix& rows) {
  RowData data{ElementType::uint8, rows.rows(), rows.cols(),
               std::vector<std::byte>(static_cast<std::size_t>(rows.size()))};
  for (Index i = 0; i < rows.size(); ++i)
    data.bytes[static_cast<std::size_t>(i)] =
        static_cast<std::byte>(std::clamp(std::lround(128 + 8 * rows.data()[i]), 0L, 255L));
  return data;
}

Matrix as_floats(const RowData& data) {
  Matrix rows(data.count, data.width);
  for (Index i = 0; i < data.count; ++i) data.to_floats(i, rows.row(i).data());
  return rows;
}

MatrixD first_rows(const Matrix& all, Index k) {
  return all.topRows(k).cast<double>();
}

KMeansResult fit(const RowSource& rows, const MatrixD& start, KMeansAlgorithm algorithm, Index most = 300) {
  return fit_kmeans(
      test_alone(), rows, rows.count,
      {.k = start.rows(), .max_iterations = most, .tolerance = 0, .algorithm = algorithm, .start_centers = start});
}

void expect_same(const RowSource& rows, const Matrix& values, const MatrixD& start, const std::string& what) {
  SCOPED_TRACE(what);
  for (const Index most : {1, 3, 300}) {
    const KMeansResult lloyd = fit(rows, start, KMeansAlgorithm::lloyd, most);
    const KMeansResult bounds = fit(rows, start, KMeansAlgorithm::bounds, most);
    EXPECT_EQ(lloyd.labels, plain_labels(values, lloyd.centers));
    EXPECT_EQ(bounds.labels, lloyd.labels);
    EXPECT_TRUE(same_bits(elements(bounds.centers), elements(lloyd.centers)));
    EXPECT_TRUE(same_bits(bounds.distances, lloyd.distances));
    EXPECT_EQ(bounds.inertia_trace, lloyd.inertia_trace);
    EXPECT_EQ(bounds.n_iter, lloyd.n_iter);
    EXPECT_EQ(bounds.inertia, lloyd.inertia);
  }
}

TEST(KMeansBounds, give_the_bits_of_lloyd_on_clouds) {
  for (const Index d : {1, 2, 3, 8, 17, 64, 130})
    for (const Index k : {2, 5, 11, 50, 130}) {
      const Matrix all = test_clusters(900 + 7 * d, d, 6, 1.5);
      expect_same(source_of(all), all, first_rows(all, k), std::to_string(d) + " x " + std::to_string(k));
    }
}

// One row far out leaves the copies in 16 bits no digits for all others.
TEST(KMeansBounds, give_the_bits_of_lloyd_beside_a_row_far_out) {
  Matrix all = test_clusters(900, 5, 6, 1.5);
  all.row(77) *= 1e7f;
  expect_same(source_of(all), all, first_rows(all, 7), "far out");
}

TEST(KMeansBounds, give_the_bits_of_lloyd_on_bytes) {
  for (const Index d : {1, 5, 40, 200})
    for (const Index k : {3, 10, 90}) {
      const RowData bytes = as_bytes_of(test_clusters(777, d, 6, 1.5));
      const Matrix all = as_floats(bytes);
      expect_same(source_of(bytes), all, first_rows(all, k), std::to_string(d) + " x " + std::to_string(k));
    }
}

TEST(KMeansBounds, break_ties_as_lloyd_does) {
  // Whole numbers on a grid: centres at halves, many rows exactly between two, many rows alike.
  for (const Index d : {1, 2, 3})
    for (const Index k : {2, 4, 9, 60}) {
      Matrix all(1200, d);
      for (Index i = 0; i < all.rows(); ++i)
        for (Index j = 0; j < d; ++j) all(i, j) = static_cast<float>((i * 7 + i * i * (j + 3) / 5) % 7);
      expect_same(source_of(all), all, first_rows(all, k), std::to_string(d) + " x " + std::to_string(k));
    }
}

TEST(KMeansBounds, hold_far_from_the_origin_and_at_the_ends_of_floats) {
  for (const Index d : {6, 20}) {  // 20: by digits where there are many centres
    const Matrix clouds = test_clusters(500, d, 4, 1);
    const std::vector<std::pair<std::string, std::function<float(float)>>> cases{
        {"offset 1e4", [](float x) { return x + 1e4f; }},    {"offset 1e6", [](float x) { return x + 1e6f; }},
        {"scale 1e37", [](float x) { return x * 1e37f; }},   {"scale 1e-20", [](float x) { return x * 1e-20f; }},
        {"scale 1e-37", [](float x) { return x * 1e-37f; }}, {"scale 1e-42", [](float x) { return x * 1e-42f; }}};
    for (const auto& [name, change] : cases) {
      const Matrix all = clouds.unaryExpr(change);
      for (const Index k : {3, 50}) expect_same(source_of(all), all, first_rows(all, k), name);
    }
    Matrix blobs = clouds;  // tight blobs, far apart
    for (Index i = 0; i < blobs.rows(); ++i)
      blobs.row(i) = blobs.row(i) * 1e-3f + Matrix::Constant(1, d, float(i % 5) * 100);
    expect_same(source_of(blobs), blobs, first_rows(blobs, d == 6 ? 20 : 50), "blobs");
    Matrix columns = clouds;  // of very different scale
    columns.col(0) *= 1e6f;
    columns.col(1) *= 1e-6f;
    expect_same(source_of(columns), columns, first_rows(columns, d == 6 ? 20 : 50), "columns");
  }
}

// Rows so far out that distances to both centres are equal in double, though not exactly: the first centre has them.
TEST(KMeansBounds, order_centres_as_doubles_do) {
  const float far = 0x1p36f, aside = 1e5f;
  for (const Index copies : {1, 40}) {  // 40: the copies in 16 bits, and batches that are full
    Matrix all(4 * copies, 2);
    std::vector<float> weights;
    for (Index i = 0; i < copies; ++i) {
      all.middleRows(4 * i, 4) << far, aside, -far, -aside, 0, 1, 0, -1;
      for (const float weight : {0.0f, 0.0f, 1.0f, 1.0f}) weights.push_back(weight);
    }
    const MatrixD start = (MatrixD(2, 2) << 0, -1, 0, 1).finished();
    for (const auto algorithm : {KMeansAlgorithm::lloyd, KMeansAlgorithm::bounds}) {
      const KMeansResult result = fit_kmeans(
          test_alone(), source_of(all), all.rows(),
          {.k = 2, .max_iterations = 3, .tolerance = 0, .algorithm = algorithm, .start_centers = start}, {}, weights);
      EXPECT_EQ(result.labels, plain_labels(all, result.centers));
      EXPECT_EQ(result.labels, assign_to_centers(result.centers, source_of(all)).labels);
    }
  }
}

TEST(KMeansBounds, survive_an_empty_cluster_that_jumps) {
  const Matrix all = test_clusters(600, 3, 5, 3);
  MatrixD start = first_rows(all, 60);
  start.bottomRows(20).setConstant(1e4);
  expect_same(source_of(all), all, start, "far centres");
}

TEST(KMeansBounds, cut_centres_into_groups_of_neighbours) {
  const Matrix all = test_clusters(8000, 128, 6, 1);
  for (const Index k : {100, 333}) {
    const RowSource rows = source_of(all);
    const KMeansResult lloyd = fit(rows, first_rows(all, k), KMeansAlgorithm::lloyd, 12);
    const KMeansResult bounds = fit(rows, first_rows(all, k), KMeansAlgorithm::bounds, 12);
    EXPECT_EQ(bounds.labels, lloyd.labels);
    EXPECT_TRUE(same_bits(elements(bounds.centers), elements(lloyd.centers)));
  }
}

}  // namespace
}  // namespace shoal
