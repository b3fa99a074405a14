// The group of a result file that holds principal components, and what was made with them.
#include <numeric>

#include "result_groups.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/result_file.hpp"

namespace shoal {
void write_pca(OutputFile& file, const std::string& group, const Pca& pca) {
  const Index k = pca.components.rows(), d = pca.components.cols();
  file.write(group + "/component", count_from(0, static_cast<std::size_t>(k)), {k});
  file.describe(group + "/component", "", "number of the component, from 0");
  file.write(group + "/mean", pca.mean, {d});
  file.describe(group + "/mean", "", "mean of each feature");
  file.label_dimensions(group + "/mean", {"feature"});
  file.write(group + "/components", pca.components, {k, d});
  file.describe(group + "/components", "", "orthonormal principal axes, by falling variance, largest entry positive");
  file.label_dimensions(group + "/components", {"component", "feature"});
  file.attach_scale(group + "/components", 0, group + "/component");
  const auto series = [&](const std::string& name, const VectorD& values, const std::string& text) {
    file.write(group + "/" + name, values, {k});
    file.describe(group + "/" + name, "", text);
    file.label_dimensions(group + "/" + name, {"component"});
    file.attach_scale(group + "/" + name, 0, group + "/component");
  };
  series("explained_variance", pca.explained_variance, "variance along each component, divided by n - 1");
  series("explained_variance_ratio", pca.explained_variance_ratio, "share of the total variance");
  series("singular_values", pca.singular_values, "of the centred data");
  file.write(group + "/loadings", loadings(pca), {d, k});
  file.describe(group + "/loadings", "", "components times the square root of their variance");
  file.label_dimensions(group + "/loadings", {"feature", "component"});
  file.attach_scale(group + "/loadings", 1, group + "/component");
  file.attribute(group, "solver", solver_names()[static_cast<std::size_t>(pca.solver)]);
  file.attribute(group, "total_variance", pca.total_variance);
  file.attribute(group, "noise_variance", pca.noise_variance);
  file.attribute(group, "n_samples", std::int64_t{pca.n});
  file.attribute(group, "whiten", std::int64_t{pca.whiten});
}

void create_scores_of_rows(OutputFile& file, const std::string& group, Index rows, Index components, bool scale) {
  file.create_rows(group + "/scores", rows, ElementType::float32, {components});
  file.describe(group + "/scores", "", "each sample's coordinates along the components");
  file.label_dimensions(group + "/scores", {"sample", "component"});
  if (scale) file.attach_scale(group + "/scores", 1, group + "/component");
}

void write_scores_of_rows(OutputFile& file, const std::string& group, const Matrix& scores, const Shard& shard,
                          bool scale) {
  create_scores_of_rows(file, group, shard.global, scores.cols(), scale);
  file.write_part(group + "/scores", shard.begin, scores);
}

void create_pca_errors(OutputFile& file, const std::string& group, Index rows) {
  const std::string name = group + "/reconstruction_error";
  file.create_rows(name, rows, ElementType::float32);
  file.describe(name, "squared units of the features", "mean over features of (x - restored x)^2 of each sample");
  file.label_dimensions(name, {"sample"});
}

void write_mean_pca_error(JobContext& job, OutputFile& file, const std::string& group, double mean) {
  file.attribute(group, "mean_reconstruction_error", mean);
  job.log.info("pca: mean squared reconstruction error " + format_number(mean));
}

void write_projection(JobContext& job, OutputFile& file, const std::string& group, const Projection& projection,
                      const Shard& shard) {
  write_scores_of_rows(file, group, projection.scores, shard, true);
  create_pca_errors(file, group, shard.global);
  file.write_part(group + "/reconstruction_error", shard.begin, projection.reconstruction_error);
  write_mean_pca_error(job, file, group, projection.mean_reconstruction_error);
}

Pca read_pca(const std::string& path, const std::string& group) {
  const ResultFile file(path);
  require_group(file, group, "shoal pca");
  const auto dims = file.dims(group + "/components");
  const auto vector = [&](const std::string& name, Index size) {
    const auto values = file.doubles(group + "/" + name);
    if (std::ssize(values) != size)
      throw input_error(path + ": " + group + "/" + name + " has " + std::to_string(values.size()) + " numbers, not " +
                            std::to_string(size),
                        "the file was changed, or damaged; fit again");
    return VectorD(Eigen::Map<const VectorD>(values.data(), size));
  };
  if (dims.size() != 2 || dims[0] < 1 || dims[1] < 1)
    throw input_error(path + ": " + group + "/components is not a matrix of one component or more",
                      "the file was changed, or damaged; fit again");
  Pca pca;
  pca.mean = vector("mean", dims[1]);
  const auto components = file.doubles(group + "/components");
  pca.components = Eigen::Map<const MatrixD>(components.data(), dims[0], dims[1]);
  pca.explained_variance = vector("explained_variance", dims[0]);
  pca.explained_variance_ratio = vector("explained_variance_ratio", dims[0]);
  pca.singular_values = vector("singular_values", dims[0]);
  if (file.has_attribute(group, "solver")) {
    const auto found = std::find(solver_names().begin(), solver_names().end(), file.text_attribute(group, "solver"));
    if (found != solver_names().end()) pca.solver = static_cast<PcaSolver>(found - solver_names().begin());
  }
  pca.total_variance = file.number_attribute(group, "total_variance");
  pca.noise_variance = file.number_attribute(group, "noise_variance");
  pca.n = file.integer_attribute(group, "n_samples");
  pca.whiten = file.integer_attribute(group, "whiten") != 0;
  return pca;
}

}  // namespace shoal
