#include "kmeans_sum_cost.hpp"

#include <mpi.h>

#include <algorithm>

#include "shoal/core/timer.hpp"
#include "shoal/methods/label_search.hpp"

namespace shoal::benchmark {
namespace {

template <class T>
void add_row(const RowView& rows, Index row, double* sum) {
  const T* x = reinterpret_cast<const T*>(rows.bytes) + row * rows.width;
  for (Index j = 0; j < rows.width; ++j) sum[j] += static_cast<double>(x[j]);
}

}  // namespace

KMeansSumCost measure_kmeans_sums(const Communicator& comm, const KMeansRows& rows, const MatrixD& centers,
                                  Index turns) {
  const Index k = centers.rows(), d = centers.cols();
  std::vector<std::int32_t> labels;
  const auto seconds_of = [&](const OnLabelChanges& add, const auto& sum_over_ranks) {
    labels.assign(static_cast<std::size_t>(rows.source.count), -1);
    comm.barrier();
    const Stopwatch watch;
    search_all(rows, centers, labels, add);
    sum_over_ranks();
    return comm.max(watch.seconds());
  };
  ClusterSums exact = rows.sums(k);
  MatrixD plain(k, d);
  std::vector<double> weights(static_cast<std::size_t>(k));
  KMeansSumCost cost;
  for (Index turn = 0; turn < turns; ++turn) {
    exact.clear();
    cost.exact_seconds.push_back(
        seconds_of([&](const RowView& piece, Index first,
                       std::span<const RowMove> changes) { exact.move(piece, changes, rows.weights_from(first)); },
                   [&] {
                     std::vector<std::int64_t> words(exact.words().begin(), exact.words().end());
                     comm.sum(words);
                     exact.totals(words);
                   }));
    plain.setZero();
    std::fill(weights.begin(), weights.end(), 0.0);
    const bool bytes = rows.source.type == ElementType::uint8;
    cost.plain_seconds.push_back(seconds_of(
        [&](const RowView& piece, Index, std::span<const RowMove> changes) {
          for (const RowMove& change : changes) {
            (bytes ? add_row<std::uint8_t> : add_row<float>)(piece, change.row, plain.row(change.to).data());
            weights[static_cast<std::size_t>(change.to)] += 1;
          }
        },
        [&] {
          MPI_Allreduce(MPI_IN_PLACE, plain.data(), static_cast<int>(k * d), MPI_DOUBLE, MPI_SUM, comm.handle());
          MPI_Allreduce(MPI_IN_PLACE, weights.data(), static_cast<int>(k), MPI_DOUBLE, MPI_SUM, comm.handle());
        }));
  }
  return cost;
}

}  // namespace shoal::benchmark
