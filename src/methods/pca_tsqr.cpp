#include <algorithm>
#include <map>

#include "pca_solvers.hpp"
#include "shoal/math/subspace.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

/// A node of the tree covers blocks [index 2^level, (index + 1) 2^level), as far as there are any.
struct Node {
  Index level = 0, index = 0;
  auto operator<=>(const Node&) const = default;  // NOLINT(modernize-use-nullptr): mistaken
};
using Factors = std::map<Node, MatrixD>;

MatrixD factor_of_both(const MatrixD& first, const MatrixD& second) {
  MatrixD both(first.rows() + second.rows(), first.cols());
  both << first, second;
  return triangular_factor(both);
}

/// The factor of a node: known, or made of its halves'; one without a second half is its first.
MatrixD factor_of(const Factors& known, Node node, Index blocks) {
  if (const auto found = known.find(node); found != known.end()) return found->second;
  const Node first{node.level - 1, 2 * node.index}, second{node.level - 1, 2 * node.index + 1};
  if ((second.index << second.level) >= blocks) return factor_of(known, first, blocks);
  return factor_of_both(factor_of(known, first, blocks), factor_of(known, second, blocks));
}

/// The fewest nodes that make up blocks [begin, end).
std::vector<Node> nodes_of(Index begin, Index end, Index blocks) {
  std::vector<Node> nodes;
  while (begin < end) {
    Index level = 0;
    const auto reaches = [&](Index l) { return std::min(begin + (Index{1} << l), blocks); };
    while (begin % (Index{2} << level) == 0 && reaches(level) < blocks && reaches(level + 1) <= end) ++level;
    nodes.push_back({level, begin >> level});
    begin = reaches(level);
  }
  return nodes;
}

/// R of one block's centred rows, in pieces of fixed height.
MatrixD factor_of_block(const RowSource& rows, const MyBlock& block, const VectorD& mean) {
  const Index d = rows.width, height = std::max<Index>(256, 2 * d);
  MatrixD factor(0, d);
  std::vector<float> x(static_cast<std::size_t>(d));
  for (Index first = 0; first < block.count; first += height) {
    const RowView view = rows.read(block.first + first, std::min(height, block.count - first));
    MatrixD piece(view.count, d);
    for (Index i = 0; i < view.count; ++i) {
      view.to_floats(i, x.data());
      for (Index j = 0; j < d; ++j) piece(i, j) = static_cast<double>(x[static_cast<std::size_t>(j)]) - mean[j];
    }
    factor = factor_of_both(factor, piece);
  }
  return factor;
}

}  // namespace

Spectrum spectrum_by_tsqr(const Communicator& comm, const RowSource& rows, Index global_rows) {
  const Index d = rows.width;
  Spectrum result;
  result.mean = source_statistics(comm, rows, global_rows, "PCA").mean;
  const RowBlocks blocks = RowBlocks::of(global_rows);
  const Index first_block = my_shard(comm, global_rows).begin / blocks.block_rows;

  // My blocks, as far up the tree as they go alone.
  std::vector<double> numbers;
  std::vector<std::int64_t> names;
  agree(comm, [&] {
    Factors leaves;
    Index block = first_block;
    for (const MyBlock& mine : my_blocks(comm, rows.count, global_rows))
      leaves[{0, block++}] = factor_of_block(rows, mine, result.mean);
    for (const Node node : nodes_of(first_block, block, blocks.count())) {
      const MatrixD factor = factor_of(leaves, node, blocks.count());
      numbers.insert(numbers.end(), factor.data(), factor.data() + factor.size());
      names.insert(names.end(), {node.level, node.index});
    }
  });
  numbers = comm.concatenate(numbers);
  names = comm.concatenate(names);

  MatrixD both;  // values in the first column, vectors in the rest
  if (comm.is_root()) {
    Factors known;
    for (std::size_t i = 0; i < names.size(); i += 2)
      known[{names[i], names[i + 1]}] =
          Eigen::Map<const MatrixD>(numbers.data() + static_cast<Index>(i / 2) * d * d, d, d);
    Index level = 0;
    while ((Index{1} << level) < blocks.count()) ++level;
    const SymmetricEigen singular = right_singular_vectors(factor_of(known, {level, 0}, blocks.count()));
    const Index most = std::min(global_rows, d);
    both.resize(most, d + 1);
    both.col(0) =
        singular.values.head(most).array().square() / static_cast<double>(std::max<Index>(1, global_rows - 1));
    both.rightCols(d) = singular.vectors.topRows(most);
  }
  give_to_all(comm, both);
  result.values = both.col(0);
  result.vectors = both.rightCols(d);
  result.total_variance = result.values.sum();
  return result;
}

}  // namespace shoal
