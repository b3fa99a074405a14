#include "step_sums.hpp"

#include <algorithm>

#include "dense_kernels.hpp"
#include "lane_sums.hpp"

namespace shoal {
void add_step_products(Index steps, const Lanes* dz, Index rows, const float* x_rows, Index stride, Index columns,
                       const OrderFreeSums& dW) {
  for (Index c = 0; c < columns; c += product_columns)
    for (Index r = 0; r < rows; r += product_rows)
      add_outer_product(steps, dz, r, rows, x_rows, stride, c, columns, dW);
}

void add_step_sums(Index steps, const Lanes* dz, Index rows, const OrderFreeSums& db) {
  for (Index r = 0; r < rows; r += lane_count) {
    const Index live = std::min(lane_count, rows - r);
    Lanes sums[lane_count]{};
    for (Index t = 0; t < steps; ++t)
      for (Index i = 0; i < live; ++i) sums[i] += dz[t * rows + r + i];
    const Lanes totals = lane_sums(sums);
    db.part(r, live).add(reinterpret_cast<const float*>(&totals));
  }
}

}  // namespace shoal
