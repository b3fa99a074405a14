// shoal embed: a map of any rows in the plane, by t-SNE or principal components, or new rows placed into such a map.
//   mpirun -n 4 shoal embed --input codes.h5:/codes/data --output embedding.h5
//   mpirun -n 4 shoal embed --input codes.h5:/codes/data --method pca --output embedding.h5
//   mpirun -n 4 shoal embed --input new.h5:/codes/data --apply embedding.h5 --fitted codes.h5:/codes/data --output
//   new_map.h5
#include <cmath>
#include <optional>

#include "embed_options.hpp"
#include "embedding_groups.hpp"
#include "job.hpp"
#include "result_groups.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/progress.hpp"
#include "shoal/methods/affinities.hpp"
#include "shoal/methods/place_points.hpp"
#include "shoal/parallel/agreement.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

GradientMethod gradient_of(const std::string& word) {
  if (word == "exact") return GradientMethod::exact;
  if (word == "barnes-hut") return GradientMethod::barnes_hut;
  return word == "fft" ? GradientMethod::fft : GradientMethod::automatic;
}

TsneResult tsne_stage(JobContext& job, const Matrix& rows, const Shard& shard, const TsneOptions& options,
                      const Checkpoints& checkpoints) {
  if (auto finished = finished_map(job.comm, shard.global, options, checkpoints.begin)) return *std::move(finished);
  Progress searching(job.log, "neighbours", shard.global, "rows");
  Neighbors near = job.timings.measure("neighbours", [&] {
    return exact_neighbors(job.comm, rows, shard.global, neighbors_for(options.perplexity, shard.global),
                           [&](Index done, Index) { searching.set(done); });
  });
  searching.finish();
  const SparseRows affinities = job.timings.measure(
      "affinities", [&] { return joint_affinities(job.comm, near, shard.global, options.perplexity); });
  near = {};
  Progress mapping(job.log, "t-SNE", options.iterations, "iterations");
  TsneResult result = job.timings.measure("map", [&] {
    const auto tell = [&](const TsneProgress& p) {
      mapping.set(p.iteration, "KL divergence " + format_number(p.divergence));
    };
    return fit_tsne(job.comm, rows, shard.global, affinities, options, tell, checkpoints);
  });
  mapping.finish();
  job.log.info("t-SNE: KL divergence " + format_number(result.divergence, 5) + " nats after " +
               format_count(result.n_iter) + " iterations" + (result.stopped_early ? ", no longer falling" : ""));
  return result;
}

MapQuality quality_stage(JobContext& job, const Matrix& rows, const Shard& shard, const Matrix& embedding,
                         const std::vector<std::int64_t>& labels) {
  const MapQuality quality =
      job.timings.measure("quality", [&] { return measure_map(job.comm, rows, shard.global, embedding, labels); });
  job.log.info("map: trustworthiness " + format_number(quality.trustworthiness) + ", neighbourhood preservation " +
               format_number(quality.preservation) + " (k = " + std::to_string(quality.neighbors) + ", " +
               format_count(quality.sample) + " rows)" +
               (labels.empty() && !std::isfinite(quality.nearest_accuracy)
                    ? ""
                    : ", nearest-neighbour accuracy " + format_number(quality.nearest_accuracy)));
  return quality;
}

/// The places of new rows in a map. Collective.
void place(JobContext& job, const EmbedOptions& options, const Samples& samples, const Shard& shard) {
  const FittedMap map = agree(job.comm, [&] { return read_map(options.apply, "/embedding"); });
  const Samples fitted = open_samples(job, options.fitted, "nhwc");
  if (fitted.rows() != map.points.size() || fitted.info.row_elements() != samples.info.row_elements())
    throw input_error(options.apply + " is a map of " + format_count(map.points.size()) + " rows, " + options.fitted +
                          " has " + format_count(fitted.rows()) + " rows of " +
                          format_count(fitted.info.row_elements()) + " numbers, and the input has rows of " +
                          format_count(samples.info.row_elements()),
                      "name with --fitted what the map was fitted to, and with --input rows of the same kind")
        .set_on_all_ranks();
  job.log.info("estimate: 100 passes over " + format_count(shard.size()) + " x " + format_count(fitted.rows()) +
               " pairs a rank");
  if (options.output.dry_run) return;
  require_output(job, options.output.output);
  const Matrix rows = read_features(job, samples, shard);
  const Shard fitted_shard = row_shard(job, fitted.rows());
  const Matrix fitted_rows = read_features(job, fitted, fitted_shard);
  const Neighbors near = job.timings.measure("neighbours", [&] {
    return neighbors_among(job.comm, rows, fitted_rows, fitted.rows(), neighbors_for(map.perplexity, fitted.rows()));
  });
  const Matrix placed = job.timings.measure("place", [&] { return place_points(near, map.points, map.perplexity); });
  write_output(job, options.output.output,
               [&](OutputFile& file) { write_map(file, "/embedding", placed, shard, "tsne, placed"); });
}

void run(JobContext& job, const EmbedOptions& options) {
  const Samples samples = open_samples(job, options.data.input, "nhwc");
  const Shard shard = row_shard(job, samples.rows());
  const Index d = samples.info.row_elements();
  if (!options.apply.empty()) return place(job, options, samples, shard);
  const auto labels = read_label_shard(job, options.labels, shard);
  const PcaOptions pca_options{.components = 2};
  if (options.method == "pca") {
    require_components(pca_options, samples.rows(), d);
    job.log.info("estimate: " + format_bytes(static_cast<double>(shard.size() * d) * sizeof(float)) +
                 " of rows a rank");
  } else {
    require_tsne(options.tsne, samples.rows());
    tell_embed_cost(job, embed_cost(options.tsne, samples.rows(), d, job.comm.size()));
  }
  if (options.output.dry_run) return;
  require_output(job, options.output.output);

  RunCheckpoints checkpoints(job, {options.data.input}, options.output.output, options.checkpoints);
  const Matrix rows = read_features(job, samples, shard);
  Matrix embedding;
  std::optional<TsneResult> tsne;
  if (options.method == "pca") {
    embedding = transform(pca_stage(job, source_of(rows), shard, pca_options, checkpoints.stage("pca")), rows);
  } else {
    tsne = tsne_stage(job, rows, shard, options.tsne, checkpoints.stage("map"));
    embedding = tsne->embedding;
  }
  const MapQuality quality = quality_stage(job, rows, shard, embedding, labels);
  checkpoints.pause();
  write_output(job, options.output.output, [&](OutputFile& file) {
    write_map(file, "/embedding", embedding, shard, options.method);
    if (tsne) write_tsne(file, "/embedding", *tsne, options.tsne.perplexity);
    write_quality(file, "/embedding", quality);
  });
  checkpoints.remove();
}

}  // namespace

Job embed_job() {
  auto options = std::make_shared<EmbedOptions>();
  auto set = std::make_shared<OptionSet>("embed", "Draws a map of rows in the plane, by t-SNE or PCA.");
  add_embed_options(*set, *options);
  return {set, [options](JobContext& job) {
            if (options->apply.empty() != options->fitted.empty())
              throw option_error("--apply and --fitted belong together",
                                 "name the map, and the rows that it was fitted to")
                  .set_on_all_ranks();
            if (!options->apply.empty() && options->method == "pca")
              throw option_error("--apply places rows into a t-SNE map", "for components use shoal pca --apply")
                  .set_on_all_ranks();
            options->tsne.gradient = gradient_of(options->gradient);
            options->tsne.start = options->start == "pca" ? MapStart::pca : MapStart::random;
            run(job, *options);
          }};
}

}  // namespace shoal
