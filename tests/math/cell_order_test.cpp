#include "shoal/math/cell_order.hpp"

#include <gtest/gtest.h>

#include "test_clusters.hpp"

namespace shoal {
namespace {

TEST(CellOrder, goes_by_distance_and_is_the_same_in_any_company) {
  for (const Index d : {1, 3, 40}) {
    const Matrix centers = test_clusters(21, d, 7, 5), rows = test_clusters(50, d, 5, 5);
    const SearchFrame frame{std::vector<float>(static_cast<std::size_t>(d), 0.5f), 0x1p-8f};
    const CellOrder order(centers, frame);
    const auto all = order.nearest(rows.data(), 50, 21), few = order.nearest(rows.data() + 7 * d, 20, 4);
    for (Index i = 0; i < 50; ++i) {
      const auto squared = [&](Index place) {
        const auto cell = all[static_cast<std::size_t>(21 * i + place)];
        return (centers.row(cell) - rows.row(i)).cast<double>().squaredNorm();
      };
      for (Index place = 0; place + 1 < 21; ++place) EXPECT_LE(squared(place), squared(place + 1) * (1 + 1e-3) + 1e-3);
      for (Index place = 0; place < 4 && i >= 7 && i < 27; ++place)
        EXPECT_EQ(few[static_cast<std::size_t>(4 * (i - 7) + place)], all[static_cast<std::size_t>(21 * i + place)]);
    }
  }
}

}  // namespace
}  // namespace shoal
