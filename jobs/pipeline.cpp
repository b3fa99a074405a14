// shoal pipeline: from images to clusters in one allocation and one file: train, encode, PCA, k-means, score.
//   mpirun -n 4 shoal pipeline --input images.npy --labels labels.npy --k 10 --output result.h5
// With --apply the model, components and centres that were fitted to the input are applied to a second dataset.
#include <algorithm>
#include <cmath>
#include <optional>

#include "embedding_stage.hpp"
#include "encode_stage.hpp"
#include "job.hpp"
#include "report_stage.hpp"
#include "result_groups.hpp"
#include "run_checkpoints.hpp"
#include "second_dataset.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/interruption.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

struct Options {
  DataOptions data;
  std::string labels, apply, apply_labels;
  std::string scale = "auto";
  std::string baseline = "auto";
  std::string embed = "none";
  bool report = true;
  ArchitectureOptions network;
  TrainOptions train;
  PcaOptions pca;
  KMeansOptions kmeans;
  ByteLimit memory;
  CheckpointOptions checkpoints;
  OutputOptions output;
};

/// Scores of clusters, and what the classes' reconstructions are like.
struct Scored {
  ClusterScores clusters;
  ClassMeans errors;
};

/// k-means on the principal components of the raw input: what the codes must beat to be worth their training.
struct Baseline {
  Pca pca;
  KMeansResult kmeans;
};

constexpr Index widest_baseline = 4096;  // features: the covariance has their square, the eigenproblem their cube

Scored score(JobContext& job, const std::string& title, const std::vector<std::int64_t>& labels,
             const std::vector<std::int32_t>& predicted, const Encoding& encoding, Index k, Index rows) {
  Scored scored{score_stage(job, title, labels, predicted, k), {}};
  const std::vector<float> errors(encoding.errors.begin(), encoding.errors.end());
  scored.errors = per_class_mean(job.comm, labels, errors, rows);
  return scored;
}

void write_scored(OutputFile& file, const std::string& group, const Scored& scored) {
  write_score(file, group, scored.clusters);
  write_class_errors(file, group, scored.errors);
}

Baseline fit_baseline(JobContext& job, const RowSource& pixels, const Shard& shard, const Options& options,
                      RunCheckpoints& checkpoints) {
  job.log.info("baseline: PCA and k-means of the raw input, without the autoencoder");
  PcaOptions pca_options = options.pca;
  pca_options.components = std::min({options.pca.components, pixels.width, shard.global});
  const Pca pca = pca_stage(job, pixels, shard, pca_options, checkpoints.stage("baseline_pca"));
  const Matrix scores = transform(pca, pixels);
  return {pca, kmeans_stage(job, source_of(scores), shard, options.kmeans, checkpoints.stage("baseline_kmeans"))};
}

bool wants_baseline(JobContext& job, const Options& options, const Samples& samples) {
  if (options.baseline == "on") return true;
  const bool scored = !options.labels.empty() || !options.apply_labels.empty();
  if (options.baseline == "off" || !scored) return false;
  if (samples.info.row_elements() <= widest_baseline) return true;
  job.log.warn("no baseline: its covariance of " + format_count(samples.info.row_elements()) + " features would need " +
               format_bytes(3.0 * 8 * std::pow(static_cast<double>(samples.info.row_elements()), 2)) +
               " a rank; --baseline on insists");
  return false;
}

/// Codes, scores, labels and distances of this rank's rows stay in memory, wherever the rows are; of the baseline as
/// well. While they are clustered, scores are copied in 8 and 16 bits.
double result_bytes(const Architecture& architecture, const Options& options, const Shard& shard) {
  constexpr Index labels_and_errors = 64;
  return static_cast<double>(shard.size()) *
         static_cast<double>(4 * (architecture.code_size() + 2 * options.pca.components) + 3 * options.pca.components +
                             labels_and_errors);
}

void run(JobContext& job, const Options& options) {
  heed_signals();
  const Samples samples = open_samples(job, options.data.input, options.data.layout);
  const Shard shard = row_shard(job, samples.rows());
  const auto labels = read_label_shard(job, options.labels, shard);
  const TrainingPlan plan = plan_training(job, samples, options.network, options.scale, options.train);
  const double first_results = result_bytes(plan.architecture, options, shard);
  std::optional<Samples> second;
  Shard second_shard;
  RowPlace second_place;
  if (!options.apply.empty()) {
    second = open_samples(job, options.apply, options.data.layout);
    second_shard = row_shard(job, second->rows());
    second_place =
        place_rows(job, *second, second_shard, {first_results + result_bytes(plan.architecture, options, second_shard)},
                   options.memory, " to apply");
    require_same_kind(job, samples, *second, second_place, options.scale);
  }
  const auto second_labels =
      second ? read_label_shard(job, options.apply_labels, second_shard) : std::vector<std::int64_t>{};
  require_components(options.pca, samples.rows(), plan.architecture.code_size());
  require_clusters(options.kmeans, samples.rows());
  const RowPlace training_place = tell_training_estimate(job, samples, plan, options.train, options.memory);
  const RowPlace place = place_rows(job, samples, shard, {first_results}, options.memory, " to encode");
  const MapOptions map_options{.method = options.embed, .tsne = {.seed = options.train.seed}};
  if (options.embed != "none") require_map(job, map_options, samples.rows(), plan.architecture.code_size());
  const bool with_baseline = wants_baseline(job, options, samples);
  if (options.output.dry_run) return;
  require_output(job, options.output.output);
  if (options.report) OutputFile::require_writable(job.comm, report_path(options.output.output));

  // Learn a code, and look at all rows through it.
  RunCheckpoints checkpoints(job, {options.data.input}, options.output.output, options.checkpoints);
  LiveHistory live(job, options.output.output, options.train);
  const Trained trained =
      train_stage(job, samples, training_place, plan, options.scale, options.train, checkpoints.stage("train"), live);
  const Model& model = trained.model;
  checkpoints.pause();
  HeldRows rows = hold_rows(job, samples, place);
  const Encoding encoding = encode_stage(job, model, model.format, rows.source, shard);
  checkpoints.pause();
  const Pca pca = pca_stage(job, source_of(encoding.codes), shard, options.pca, checkpoints.stage("pca"));
  const Projection reduced = project_stage(job, pca, source_of(encoding.codes), shard);
  const KMeansResult clusters =
      kmeans_stage(job, source_of(reduced.scores), shard, options.kmeans, checkpoints.stage("kmeans"));
  std::optional<RowMap> map;
  if (options.embed != "none")
    map = map_stage(job, encoding.codes, shard, map_options, labels, checkpoints.stage("embedding"));

  std::optional<Baseline> baseline;
  if (with_baseline)
    baseline = fit_baseline(job, scaled_source(rows.source, model.format), shard, options, checkpoints);
  rows = {};

  std::optional<Scored> scored;
  std::optional<ClusterScores> baseline_scored;
  if (!options.labels.empty()) {
    scored = score(job, "codes", labels, clusters.labels, encoding, options.kmeans.k, shard.global);
    if (baseline)
      baseline_scored = score_stage(job, "the raw input (baseline)", labels, baseline->kmeans.labels, options.kmeans.k);
  }

  // The same model, components and centres on the second dataset.
  Encoding second_encoding;
  Matrix second_scores;
  CenterAssignment second_clusters;
  std::optional<Scored> second_scored;
  std::optional<ClusterScores> second_baseline;
  if (second) {
    const SampleFormat format = format_for(model, *second);
    const HeldRows second_rows = hold_rows(job, *second, second_place);
    second_encoding = encode_stage(job, model, format, second_rows.source, second_shard);
    checkpoints.pause();
    second_scores = transform(pca, second_encoding.codes);
    second_clusters = assign_to_centers(clusters.centers, source_of(second_scores));
    if (!options.apply_labels.empty()) {
      second_scored = score(job, "codes of the second dataset", second_labels, second_clusters.labels, second_encoding,
                            options.kmeans.k, second_shard.global);
      if (baseline) {
        const Matrix raw_scores = transform(baseline->pca, scaled_source(second_rows.source, format));
        second_baseline =
            score_stage(job, "its raw input (baseline)", second_labels,
                        assign_to_centers(baseline->kmeans.centers, source_of(raw_scores)).labels, options.kmeans.k);
      }
    }
  }

  write_output(job, options.output.output, [&](OutputFile& file) {
    write_model(file, model);
    write_history(file, trained, options.train.loss.kind);
    write_codes(file, "/codes", encoding, shard);
    write_pca(file, "/pca", pca);
    write_projection(job, file, "/pca", reduced, shard);
    write_kmeans(file, "/kmeans", clusters, shard);
    if (map) write_row_map(file, "/embedding", *map, shard);
    if (scored) write_scored(file, "/score", *scored);
    if (baseline) {
      write_pca(file, "/baseline/pca", baseline->pca);
      write_kmeans(file, "/baseline/kmeans", baseline->kmeans, shard);
    }
    if (baseline_scored) write_score(file, "/baseline/score", *baseline_scored);
    if (second) {
      write_codes(file, "/apply/codes", second_encoding, second_shard);
      write_scores_of_rows(file, "/apply/pca", second_scores, second_shard, false);
      write_assignment(file, "/apply/kmeans", second_clusters, second_shard);
    }
    if (second_scored) write_scored(file, "/apply/score", *second_scored);
    if (second_baseline) write_score(file, "/apply/baseline/score", *second_baseline);
  });
  live.remove();
  tell_peak_memory(job, options.memory);
  if (options.report)
    write_report(job, {options.output.output, options.data.input, options.labels, options.data.layout});
  checkpoints.remove();
}

}  // namespace

Job pipeline_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("pipeline", "Train, encode, PCA, k-means and score: from images to clusters.");
  add_image_options(*set, options->data);
  set->add("labels", options->labels, "class of each row, to score against; never trained on").value_name("FILE");
  set->add("apply", options->apply, "a second dataset, to which what was fitted is applied").value_name("FILE");
  set->add("apply-labels", options->apply_labels, "its classes").value_name("FILE");
  add_scale_option(*set, options->scale);
  add_network_options(*set, options->network);
  add_train_options(*set, options->train);
  add_pca_options(*set, options->pca);
  add_kmeans_options(*set, options->kmeans);
  set->add_choice("baseline", options->baseline, {"auto", "on", "off"},
                  "also cluster the PCA of the raw input, to compare with; auto: where there are labels");
  set->add_choice("embed", options->embed, {"none", "pca", "tsne"},
                  "also draw a map of the codes, as shoal embed does");
  add_seed_option(*set, options->train.seed);
  add_memory_option(*set, options->memory);
  add_checkpoint_options(*set, options->checkpoints);
  add_output_options(*set, options->output, "result.h5");
  set->add("report", options->report, "also write the report: result.html beside result.h5").not_stored();
  return {set, [options](JobContext& job) {
            options->kmeans.seed = options->train.seed;
            if (options->apply.empty() && !options->apply_labels.empty())
              throw option_error("--apply-labels needs the dataset whose labels they are",
                                 "name it: --apply images.npy")
                  .set_on_all_ranks();
            run(job, *options);
          }};
}

}  // namespace shoal
