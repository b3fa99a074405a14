// shoal embed: a map of any rows in the plane, by t-SNE or principal components, or new rows placed into such a map.
//   mpirun -n 4 shoal embed --input codes.h5:/codes/data --output embedding.h5
//   mpirun -n 4 shoal embed --input codes.h5:/codes/data --method pca --output embedding.h5
//   mpirun -n 4 shoal embed --input new.h5:/codes/data --apply embedding.h5 --fitted codes.h5:/codes/data --output
//   new_map.h5
#include "embed_options.hpp"
#include "embedding_groups.hpp"
#include "embedding_stage.hpp"
#include "job.hpp"
#include "result_groups.hpp"
#include "run_checkpoints.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/interruption.hpp"
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
  const Matrix queries = read_features(job, samples, shard);
  const Shard fitted_shard = row_shard(job, fitted.rows());
  const Matrix fitted_rows = read_features(job, fitted, fitted_shard);
  const Neighbors near = job.timings.measure("neighbours", [&] {
    return neighbors_among(job.comm, queries, fitted_rows, fitted.rows(), neighbors_for(map.perplexity, fitted.rows()));
  });
  const Matrix placed = job.timings.measure("place", [&] { return place_points(near, map.points, map.perplexity); });
  write_output(job, options.output.output,
               [&](OutputFile& file) { write_map(file, "/embedding", placed, shard, "tsne, placed"); });
}

void run(JobContext& job, const EmbedOptions& options) {
  if (options.apply.empty()) heed_signals();
  const Samples samples = open_samples(job, options.data.input, "nhwc");
  const Shard shard = row_shard(job, samples.rows());
  const Index d = samples.info.row_elements();
  if (!options.apply.empty()) return place(job, options, samples, shard);
  const auto labels = read_label_shard(job, options.labels, shard);
  require_map(job, options.map, samples.rows(), d);
  if (options.output.dry_run) return;
  require_output(job, options.output.output);
  RunCheckpoints checkpoints(job, {options.data.input}, options.output.output, options.checkpoints);
  const Matrix rows = read_features(job, samples, shard);
  const RowMap map =
      map_stage(job, rows, shard, options.map, labels, checkpoints.stage(options.map.method == "pca" ? "pca" : "map"));
  checkpoints.pause();
  write_output(job, options.output.output, [&](OutputFile& file) { write_row_map(file, "/embedding", map, shard); });
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
            if (!options->apply.empty() && options->map.method == "pca")
              throw option_error("--apply places rows into a t-SNE map", "for components use shoal pca --apply")
                  .set_on_all_ranks();
            options->map.tsne.gradient = gradient_of(options->gradient);
            options->map.tsne.start = options->start == "pca" ? MapStart::pca : MapStart::random;
            run(job, *options);
          }};
}

}  // namespace shoal
