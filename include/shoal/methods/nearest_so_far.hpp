#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "shoal/core/random.hpp"
#include "shoal/math/byte_rows.hpp"
#include "shoal/methods/gathered_rows.hpp"
#include "shoal/methods/row_pieces.hpp"

namespace shoal {

/// D^2 of all rows, the squared distance to the nearest centre so far, in the rows' frame, and the sum of w D^2 in each
/// block. Every rank makes the same draws.
class NearestSoFar {
 public:
  /// `rows` is kept by reference. Keeps a byte for every element of my rows beside a few numbers for every row.
  NearestSoFar(const Communicator& comm, const KMeansRows& rows);

  /// Rows drawn with probability w D^2 / sum w D^2; before the first centre with w / sum w; evenly when all rows lie on
  /// centres. All ranks get them (count, d). Collective.
  Matrix draw(Index count, Random& random) const;

  /// Of the candidates (m, d) takes the one that leaves the least sum of w D^2, the first among equals. Collective.
  Index take_best(const Matrix& candidates);

 private:
  using Lowered = std::vector<std::pair<Index, float>>;  // rows, and what their D^2 becomes

  void take_first(const float* point);
  template <class Maybe>
  void for_candidates(const std::vector<float>& points, Index m, Index first, Index count, Maybe maybe);
  void find_lowered(const std::vector<float>& points, Index m, std::vector<Lowered>& lowered,
                    std::vector<double>& gains);
  void lower(Index row, float squared);
  void sum_blocks();
  Index draw_one(Random& random) const;
  Index draw_in_block(Index block, double target) const;
  double share(Index row) const;

  const Communicator& comm_;
  const KMeansRows& rows_;
  Shard shard_;
  RowBlocks blocks_;
  RowPieces pieces_;
  std::optional<ByteRows> bytes_;  // where rows are in memory
  bool any_centre_ = false;
  std::vector<float> squared_;      // (my rows)
  std::vector<double> block_sums_;  // (all blocks), on all ranks
};

}  // namespace shoal
