// shoal pca: principal components of any rows, or an earlier fit applied to new rows, or undone.
//   mpirun -n 4 shoal pca --input codes.h5:/codes/data --components 8 --output pca.h5
//   mpirun -n 4 shoal pca --input new_codes.h5:/codes/data --apply pca.h5 --output scores.h5
//   mpirun -n 4 shoal pca --input scores.h5:/pca/scores --apply pca.h5 --inverse --output back.h5
#include <algorithm>
#include <optional>

#include "job.hpp"
#include "result_groups.hpp"
#include "run_checkpoints.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/interruption.hpp"
#include "shoal/math/eigen.hpp"
#include "shoal/parallel/agreement.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

struct Options {
  DataOptions data;
  PcaOptions pca;
  std::string apply;
  bool inverse = false;
  ByteLimit memory;
  CheckpointOptions checkpoints;
  OutputOptions output;
};

void require_width(Index width, Index wanted, const std::string& what, const std::string& apply) {
  if (width == wanted) return;
  throw input_error(
      "the input has " + format_count(width) + " columns, but " + apply + " " + what + " " + format_count(wanted),
      "give rows of the same kind as those that were fitted")
      .set_on_all_ranks();
}

/// Features from scores, piece by piece.
void restore(JobContext& job, OutputFile& file, const Pca& pca, const RowSource& scores, const Shard& shard) {
  const Index d = pca.components.cols();
  file.create_rows("/restored", shard.global, ElementType::float32, {d});
  file.describe("/restored", "", "features restored from scores");
  for_pieces(job.comm, scores, 4 * (d + scores.width), [&](Index first, const RowView& panel) {
    const Matrix rows = job.timings.measure("transform", [&] { return inverse_transform(pca, source_of(panel)); });
    file.write_part("/restored", shard.begin + first, rows);
  });
}

/// The components, and scores and reconstruction errors of the rows, piece by piece.
void reduce(JobContext& job, OutputFile& file, const Pca& pca, const RowSource& rows, const Shard& shard) {
  const Index k = pca.components.rows();
  std::vector<float> errors;
  write_pca(file, "/pca", pca);
  create_scores_of_rows(file, "/pca", shard.global, k, true);
  create_pca_errors(file, "/pca", shard.global);
  for_pieces(job.comm, rows, 4 * (rows.width + k + 1), [&](Index first, const RowView& panel) {
    const Projection part = job.timings.measure("transform", [&] { return project(pca, source_of(panel)); });
    file.write_part("/pca/scores", shard.begin + first, part.scores);
    file.write_part("/pca/reconstruction_error", shard.begin + first, part.reconstruction_error);
    errors.insert(errors.end(), part.reconstruction_error.begin(), part.reconstruction_error.end());
  });
  write_mean_pca_error(job, file, "/pca", mean_error(job.comm, errors, shard.global));
}

// What a fit holds at most, in doubles. A random basis: it, its image and the image's sums. A product of rows: two
// triangles, and where they are summed in doubles, those in two words. Then eigenvectors, beside the matrix: LAPACK
// works on a copy of it; block Lanczos on a basis, and shows by a copy less what it found that nothing is missing.
double doubles_of_fit(const PcaOptions& options, const DatasetInfo& rows, Index n) {
  const Index d = rows.row_elements(), k = options.variance_fraction > 0 ? std::min(n, d) : options.components;
  const auto wide = static_cast<double>(d), wanted = static_cast<double>(k), square = wide * wide;
  if (first_solver(options, d) == PcaSolver::randomized) return 4 * wide * (wanted + 10);
  const double sums = (rows.type == ElementType::uint8 ? 2 : 3) * square;
  const double pairs = eigenpairs_are_few(d, k) ? 2.5 * square + 4 * wide * wanted : 2 * square + 3 * wide * wanted;
  return std::max(sums, pairs);
}

void run(JobContext& job, const Options& options) {
  if (options.apply.empty()) heed_signals();
  const Samples samples = open_samples(job, options.data.input, "nhwc");
  const Shard shard = row_shard(job, samples.rows());
  const Index d = samples.info.row_elements();
  const double fit =
      options.apply.empty() ? sizeof(double) * doubles_of_fit(options.pca, samples.info, samples.rows()) : 0;
  const double work = fit + piece_bytes(8 * d);
  const RowPlace place = place_rows(job, samples, shard, {work}, options.memory);
  job.log.info("estimate: " + format_bytes(job.comm.max(bytes_for_rows(samples, place))) + " of rows and " +
               format_bytes(work) + " of sums and results a rank");
  Pca pca;
  if (options.apply.empty()) {
    require_components(options.pca, samples.rows(), d);
  } else {
    pca = agree(job.comm, [&] { return read_pca(options.apply, "/pca"); });
    if (options.inverse)
      require_width(d, pca.components.rows(), "has components:", options.apply);
    else
      require_width(d, pca.components.cols(), "was fitted to", options.apply);
  }
  if (options.output.dry_run) return;
  require_output(job, options.output.output);

  std::optional<RunCheckpoints> checkpoints;
  if (options.apply.empty())
    checkpoints.emplace(job, std::vector{options.data.input}, options.output.output, options.checkpoints);
  // Bytes stay bytes: their sums of products are integers, exact and fast.
  const HeldRows held = hold_rows(job, samples, place);
  if (checkpoints) pca = pca_stage(job, held.source, shard, options.pca, checkpoints->stage("pca"));

  write_output(job, options.output.output, [&](OutputFile& file) {
    options.inverse ? restore(job, file, pca, held.source, shard) : reduce(job, file, pca, held.source, shard);
  });
  if (checkpoints) checkpoints->remove();
  tell_peak_memory(job, options.memory);
}

}  // namespace

Job pca_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("pca", "Reduces rows to their principal components.");
  add_input_option(*set, options->data);
  add_pca_options(*set, options->pca);
  set->add("apply", options->apply, "use the components in this file instead of fitting").value_name("FILE");
  set->add("inverse", options->inverse, "with --apply: from scores back to features");
  add_memory_option(*set, options->memory);
  add_checkpoint_options(*set, options->checkpoints);
  add_output_options(*set, options->output, "pca.h5");
  return {set, [options](JobContext& job) {
            if (options->inverse && options->apply.empty())
              throw option_error("--inverse needs the components to invert", "name their file: --apply pca.h5")
                  .set_on_all_ranks();
            run(job, *options);
          }};
}

}  // namespace shoal
