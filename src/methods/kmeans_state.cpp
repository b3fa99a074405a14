#include "kmeans_state.hpp"

namespace shoal {

void put(Snapshot& state, const std::string& name, const MatrixD& matrix) {
  state.put(name, std::span<const double>(matrix.data(), static_cast<std::size_t>(matrix.size())));
}

MatrixD matrix_in(const Snapshot& state, const std::string& name, Index rows, Index cols) {
  MatrixD matrix(rows, cols);
  state.copy(name, std::span<double>(matrix.data(), static_cast<std::size_t>(matrix.size())));
  return matrix;
}

Snapshot state_of(const KMeansResult& result) {
  Snapshot s;
  put(s, "centers", result.centers);
  s.put("n_iter", std::int64_t{result.n_iter});
  s.put("inertia_trace", result.inertia_trace);
  s.put("inertias", result.inertias);
  s.put("best_start", std::int64_t{result.best_start});
  s.put("empty_cluster_repairs", std::int64_t{result.empty_cluster_repairs});
  s.put("converged", std::int64_t{result.converged});
  return s;
}

KMeansResult result_in(const Snapshot& s, Index k, Index d) {
  KMeansResult result;
  result.centers = matrix_in(s, "centers", k, d);
  result.n_iter = s.integer("n_iter");
  result.inertia_trace = s.doubles("inertia_trace");
  result.inertias = s.doubles("inertias");
  result.best_start = s.integer("best_start");
  result.empty_cluster_repairs = s.integer("empty_cluster_repairs");
  result.converged = s.integer("converged") != 0;
  return result;
}

}  // namespace shoal
