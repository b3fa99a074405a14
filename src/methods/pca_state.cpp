#include "pca_state.hpp"

#include "shoal/core/error.hpp"

namespace shoal {
namespace {

void put(Snapshot& s, const char* name, const VectorD& values) {
  s.put(name, std::span<const double>(values.data(), static_cast<std::size_t>(values.size())));
}

VectorD vector_in(const Snapshot& s, const char* name) {
  const auto values = s.doubles(name);
  return Eigen::Map<const VectorD>(values.data(), std::ssize(values));
}

}  // namespace

Snapshot state_of(const Pca& pca) {
  Snapshot s;
  put(s, "mean", pca.mean);
  put(s, "explained_variance", pca.explained_variance);
  put(s, "explained_variance_ratio", pca.explained_variance_ratio);
  put(s, "singular_values", pca.singular_values);
  s.put("components", std::span<const double>(pca.components.data(), static_cast<std::size_t>(pca.components.size())));
  s.put("total_variance", pca.total_variance);
  s.put("noise_variance", pca.noise_variance);
  s.put("n", std::int64_t{pca.n});
  s.put("whiten", std::int64_t{pca.whiten});
  s.put("solver", static_cast<std::int64_t>(pca.solver));
  s.put("reason", pca.reason);
  return s;
}

Pca pca_in(const Snapshot& s) {
  Pca pca;
  pca.mean = vector_in(s, "mean");
  pca.explained_variance = vector_in(s, "explained_variance");
  pca.explained_variance_ratio = vector_in(s, "explained_variance_ratio");
  pca.singular_values = vector_in(s, "singular_values");
  pca.components.resize(pca.explained_variance.size(), pca.mean.size());
  s.copy("components", std::span<double>(pca.components.data(), static_cast<std::size_t>(pca.components.size())));
  pca.total_variance = s.number("total_variance");
  pca.noise_variance = s.number("noise_variance");
  pca.n = s.integer("n");
  pca.whiten = s.integer("whiten") != 0;
  const std::int64_t solver = s.integer("solver");
  if (solver < 0 || solver > static_cast<std::int64_t>(PcaSolver::tsqr))
    throw input_error("the checkpoint names no solver of PCA", "remove it to start anew");
  pca.solver = static_cast<PcaSolver>(solver);
  pca.reason = s.text("reason");
  return pca;
}

}  // namespace shoal
