#include "embedding_groups.hpp"

#include <array>
#include <cmath>

#include "shoal/core/error.hpp"
#include "shoal/io/result_file.hpp"

namespace shoal {

void write_map(OutputFile& file, const std::string& group, const Matrix& embedding, const Shard& shard,
               const std::string& method) {
  file.write_rows(group + "/points", shard, embedding, {embedding.cols()});
  file.describe(group + "/points", "", "each sample's place in the map");
  file.label_dimensions(group + "/points", {"sample", "axis"});
  file.attribute(group, "method", method);
}

void write_tsne(OutputFile& file, const std::string& group, const TsneResult& result, double perplexity) {
  static constexpr std::array names{"auto", "exact", "barnes-hut", "fft"};
  const std::vector<Index> dims{static_cast<Index>(result.trace.size())};
  file.write(group + "/kl_iteration", result.trace_iterations, dims);
  file.describe(group + "/kl_iteration", "", "iterations after which the divergence was taken");
  file.write(group + "/kl_trace", result.trace, dims);
  file.describe(group + "/kl_trace", "nats", "Kullback-Leibler divergence of the map from the affinities");
  file.label_dimensions(group + "/kl_trace", {"iteration"});
  file.attach_scale(group + "/kl_trace", 0, group + "/kl_iteration");
  file.attribute(group, "kl_divergence", result.divergence);
  file.attribute(group, "perplexity", perplexity);
  file.attribute(group, "n_iter", std::int64_t{result.n_iter});
  file.attribute(group, "stopped_early", std::int64_t{result.stopped_early});
  file.attribute(group, "learning_rate", result.learning_rate);
  file.attribute(group, "gradient", std::string(names[static_cast<std::size_t>(result.gradient)]));
}

void write_quality(OutputFile& file, const std::string& group, const MapQuality& quality) {
  file.attribute(group, "trustworthiness", quality.trustworthiness);
  file.attribute(group, "neighborhood_preservation", quality.preservation);
  file.attribute(group, "quality_neighbors", std::int64_t{quality.neighbors});
  file.attribute(group, "quality_sample", std::int64_t{quality.sample});
  if (!std::isfinite(quality.nearest_accuracy)) return;
  file.attribute(group, "nearest_neighbor_accuracy", quality.nearest_accuracy);
  file.attribute(group, "kmeans_accuracy", quality.kmeans_accuracy);
}

FittedMap read_map(const std::string& path, const std::string& group) {
  const ResultFile file(path);
  if (!file.has(group + "/points") || !file.has_attribute(group, "perplexity"))
    throw input_error(path + " has no t-SNE map", "give the output of `shoal embed --method tsne`");
  const auto dims = file.dims(group + "/points");
  if (dims.size() != 2 || dims[0] < 1 || dims[1] != 2)
    throw input_error(path + ": " + group + "/points is not of shape (n, 2)", "fit the map again");
  const auto values = file.floats(group + "/points");
  FittedMap map{Points(dims[0]), file.number_attribute(group, "perplexity")};
  for (std::size_t i = 0; i < map.points.x.size(); ++i) {
    map.points.x[i] = values[2 * i];
    map.points.y[i] = values[2 * i + 1];
    if (!std::isfinite(values[2 * i]) || !std::isfinite(values[2 * i + 1]))
      throw input_error(path + ": point " + std::to_string(i) + " of the map is not finite", "fit the map again");
  }
  return map;
}

}  // namespace shoal
