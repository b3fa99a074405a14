#pragma once
#include "shoal/methods/neighbors.hpp"

namespace shoal {

/// Nearest neighbours that were looked for in a part of the rows.
struct CellNeighbors {
  Neighbors near;
  Index cells = 0;    ///< that the rows were cut into
  Index visited = 0;  ///< of them by each row: its nearest ones
  double recall = 0;  ///< share of the k nearest that are found, measured on `sample` rows against exact search
  Index sample = 0;
};

/// The k nearest other rows of each row among those of the cells around it. The cells are those of mini-batch k-means
/// with 2 sqrt(n) centres; a row looks at the cells whose centres are nearest to it: as many as it takes to find
/// `wanted_recall` of the true neighbours of 1,000 sampled rows, for which exact search is done, or more where those
/// hold fewer than k rows. Data in clusters or of low dimension need few; where it would take more than half of the
/// cells, all rows are compared (visited = cells, recall 1). An inverted file as in Jegou, Douze, Schmid 2011, doi
/// 10.1109/TPAMI.2010.57, without its codes.
///
/// Arguments, distances and errors are those of exact_neighbors. What is found depends neither on the number of ranks
/// nor on who holds which row: cells, sample and every row's candidates are functions of the rows and `seed`, and among
/// its candidates a row's neighbours are exact. All rows of a cell visit all ranks at once, about 16 MiB at a time.
/// About O(n^1.5 d visited / 2 ranks) work. Collective.
CellNeighbors cell_neighbors(const Communicator& comm, const Matrix& rows, Index global_rows, Index k,
                             std::uint64_t seed = 0, const NeighborProgress& on_progress = {});

inline constexpr double wanted_recall = 0.97;

}  // namespace shoal
