#include "result_groups.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "shoal/core/error.hpp"
#include "shoal/io/hdf5_version.hpp"
#include "shoal/io/result_file.hpp"
#include "shoal/io/text_file.hpp"
#include "shoal/job/build_info.hpp"
#include "shoal/job/provenance.hpp"
#include "shoal/math/blas.hpp"

namespace shoal {
namespace {

template <class T>
std::span<const T> numbers(const std::vector<T>& values) {
  return values;
}

/// Units and name of a loss.
std::pair<std::string, std::string> described(LossKind loss) {
  switch (loss) {
    case LossKind::l1:
      return {"scaled units", "mean absolute error"};
    case LossKind::huber:
      return {"squared scaled units", "mean Huber loss"};
    case LossKind::bce:
      return {"nats", "mean binary cross-entropy"};
    case LossKind::mse:
      break;
  }
  return {"squared scaled units", "mean squared error"};
}

Index length(const auto& values) {
  return static_cast<Index>(values.size());
}

}  // namespace

std::vector<std::int64_t> count_from(std::int64_t first, std::size_t n) {
  std::vector<std::int64_t> values(n);
  std::iota(values.begin(), values.end(), first);
  return values;
}

void require_group(const ResultFile& file, const std::string& group, const std::string& writer) {
  if (!file.has(group))
    throw input_error(file.path() + " has no group " + group,
                      "give the output of `" + writer + "` or `shoal pipeline`");
}

void require_output(const JobContext& job, const std::string& path) {
  OutputFile::require_writable(job.comm, path);
  OutputFile::require_writable(job.comm, path + ".json");
}

void write_output(JobContext& job, const std::string& path, const std::function<void(OutputFile&)>& body) {
  std::optional<OutputFile> file;
  job.timings.measure("write", [&] {
    file.emplace(job.comm, path);
    file->attribute("/", "format", "shoal");
    file->attribute("/", "format_version", std::int64_t{1});
    file->attribute("/", "job", job.options.job());
    file->attribute("/", "options", job.options.json());
    body(*file);
    file->complete();
  });
  // Both are on the disk before the first gets its name: a full disk leaves the older two as they were.
  TextFile sidecar(job.comm, path + ".json", provenance_json(job, build_info(hdf5_version(), blas_description())));
  file->publish();
  sidecar.publish();
  job.log.info("wrote " + path + " and " + path + ".json");
}

void write_history(OutputFile& file, const Trained& trained, LossKind loss) {
  const auto& history = trained.history;
  std::vector<double> training, held_out, rates, divergences;
  std::vector<std::int64_t> outputs, codes;
  for (const auto& epoch : history) {
    training.push_back(epoch.training_loss);
    held_out.push_back(epoch.held_out_loss);
    rates.push_back(epoch.learning_rate);
    divergences.push_back(epoch.divergence);
    outputs.push_back(length(epoch.constant_outputs));
    codes.push_back(length(epoch.constant_codes));
  }
  const std::vector<Index> dims{length(history)};
  file.write("/history/epoch", count_from(1, history.size()), dims);
  file.describe("/history/epoch", "", "number of the epoch, from 1");
  const auto series = [&](const std::string& name, const auto& values, const std::string& units,
                          const std::string& text) {
    file.write("/history/" + name, values, dims);
    file.describe("/history/" + name, units, text);
    file.label_dimensions("/history/" + name, {"epoch"});
    file.attach_scale("/history/" + name, 0, "/history/epoch");
  };
  const auto [units, name] = described(loss);
  const bool samples = trained.model.network.has_penalty();
  series("training_loss", training, units,
         name + " over the epoch's samples, each as it was trained on" +
             (samples ? ", plus beta times the divergence over the number of values of a sample" : ""));
  series("held_out_loss", held_out, units, name + " of the held-out rows after the epoch; NaN without such rows");
  series("learning_rate", rates, "", "of the epoch's last step");
  if (samples)
    series("divergence", divergences, "nats",
           "mean Kullback-Leibler divergence of the samples' codes from the standard normal distribution");
  file.attribute("/history", "kept_epoch", std::int64_t{trained.kept_epoch});
  file.attribute("/history", "stopped_early", std::int64_t{trained.stopped_early});
  file.attribute("/history", "loss", loss_names[static_cast<std::size_t>(loss)]);
  series("constant_outputs", outputs, "",
         "output channels that were constant over the epoch although the data's are not");
  series("constant_codes", codes, "", "code units that were constant over the epoch");
}

void create_codes(OutputFile& file, const std::string& group, Index rows, Index code_size) {
  file.create_rows(group + "/data", rows, ElementType::float32, {code_size});
  file.describe(group + "/data", "", "the encoder's output for each sample");
  file.label_dimensions(group + "/data", {"sample", "code"});
  file.create_rows(group + "/reconstruction_error", rows, ElementType::float32);
  file.describe(group + "/reconstruction_error", "squared scaled units",
                "mean squared error of each sample's reconstruction");
  file.label_dimensions(group + "/reconstruction_error", {"sample"});
}

void write_codes_part(OutputFile& file, const std::string& group, Index begin, const Encoding& encoding) {
  file.write_part(group + "/data", begin, encoding.codes);
  const std::vector<float> errors(encoding.errors.begin(), encoding.errors.end());
  file.write_part(group + "/reconstruction_error", begin, errors);
}

void create_reconstructions(OutputFile& file, Index rows, const std::vector<Index>& image_dims) {
  file.create_rows("/reconstructions", rows, ElementType::float32, image_dims);
  file.describe("/reconstructions", "units of the data", "the decoder's output for each sample, scaling undone");
}

void write_codes(OutputFile& file, const std::string& group, const Encoding& encoding, const Shard& shard) {
  create_codes(file, group, shard.global, encoding.codes.cols());
  write_codes_part(file, group, shard.begin, encoding);
}

void write_assignment(OutputFile& file, const std::string& group, const CenterAssignment& assignment,
                      const Shard& shard, bool has_second_distances) {
  file.write_rows(group + "/labels", shard, assignment.labels);
  file.describe(group + "/labels", "", "cluster of each sample, from 0");
  file.label_dimensions(group + "/labels", {"sample"});
  file.write_rows(group + "/distances", shard, assignment.distances);
  file.describe(group + "/distances", "", "Euclidean distance of each sample to its centre");
  file.label_dimensions(group + "/distances", {"sample"});
  if (!has_second_distances) return;
  file.write_rows(group + "/second_distances", shard, assignment.second_distances);
  file.describe(group + "/second_distances", "", "Euclidean distance of each sample to the second nearest centre");
  file.label_dimensions(group + "/second_distances", {"sample"});
}

void write_kmeans(OutputFile& file, const std::string& group, const KMeansResult& result, const Shard& shard,
                  bool has_second_distances, bool cosine) {
  file.write(group + "/centers", result.centers, {result.centers.rows(), result.centers.cols()});
  file.describe(group + "/centers", "", "mean of each cluster");
  file.label_dimensions(group + "/centers", {"cluster", "feature"});
  write_assignment(file, group, {result.labels, result.distances, result.second_distances}, shard,
                   has_second_distances);
  file.write(group + "/sizes", result.sizes, {length(result.sizes)});
  file.describe(group + "/sizes", "samples", "samples in each cluster");
  file.label_dimensions(group + "/sizes", {"cluster"});
  file.write(group + "/inertia_trace", result.inertia_trace, {length(result.inertia_trace)});
  file.describe(group + "/inertia_trace", "", "inertia at the beginning of each iteration of the best start");
  file.label_dimensions(group + "/inertia_trace", {"iteration"});
  file.write(group + "/inertias", result.inertias, {length(result.inertias)});
  file.describe(group + "/inertias", "", "inertia of each start");
  file.label_dimensions(group + "/inertias", {"start"});
  file.attribute(group, "metric", cosine ? "cosine" : "euclidean");
  file.attribute(group, "inertia", result.inertia);
  file.attribute(group, "n_iter", std::int64_t{result.n_iter});
  file.attribute(group, "best_start", std::int64_t{result.best_start});
  file.attribute(group, "converged", std::int64_t{result.converged});
  file.attribute(group, "empty_cluster_repairs", std::int64_t{result.empty_cluster_repairs});
}

void write_score(OutputFile& file, const std::string& group, const ClusterScores& scores) {
  file.write(group + "/class_values", numbers(scores.class_values), {length(scores.class_values)});
  file.describe(group + "/class_values", "", "the distinct labels, ascending");
  file.write(group + "/contingency", scores.contingency, {scores.contingency.rows(), scores.contingency.cols()});
  file.describe(group + "/contingency", "samples", "samples of each class in each cluster");
  file.label_dimensions(group + "/contingency", {"class", "cluster"});
  file.attach_scale(group + "/contingency", 0, group + "/class_values");
  const std::vector<std::int64_t> matching(scores.class_of_cluster.begin(), scores.class_of_cluster.end());
  file.write(group + "/class_of_cluster", matching, {length(matching)});
  file.describe(group + "/class_of_cluster", "", "the best one-to-one matching: index into class_values, -1 for none");
  file.label_dimensions(group + "/class_of_cluster", {"cluster"});
  file.attribute(group, "accuracy", scores.accuracy);
  file.attribute(group, "purity", scores.purity);
  file.attribute(group, "nmi", scores.nmi);
  file.attribute(group, "ari", scores.ari);
}

void write_class_errors(OutputFile& file, const std::string& group, const ClassMeans& errors) {
  const std::string name = group + "/reconstruction_error_by_class";
  file.write(name, errors.means, {length(errors.means)});
  file.describe(name, "squared scaled units", "mean reconstruction error of the samples of each class");
  file.label_dimensions(name, {"class"});
  file.attach_scale(name, 0, group + "/class_values");
}

MatrixD read_centers(const std::string& path, const std::string& group) {
  const ResultFile file(path);
  require_group(file, group, "shoal kmeans");
  const auto dims = file.dims(group + "/centers");
  if (dims.size() != 2 || dims[0] < 1 || dims[1] < 1)
    throw input_error(path + ": " + group + "/centers is not a matrix of one centre or more",
                      "the file was changed, or damaged; fit again");
  const auto values = file.doubles(group + "/centers");
  return Eigen::Map<const MatrixD>(values.data(), dims[0], dims[1]);
}

}  // namespace shoal
