// shoal pca: principal components of any rows, or an earlier fit applied to new rows, or undone.
//   mpirun -n 4 shoal pca --input codes.h5:/codes/data --components 8 --output pca.h5
//   mpirun -n 4 shoal pca --input new_codes.h5:/codes/data --apply pca.h5 --output scores.h5
//   mpirun -n 4 shoal pca --input scores.h5:/pca/scores --apply pca.h5 --inverse --output back.h5
#include "job.hpp"
#include "result_groups.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/parallel/agreement.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

struct Options {
  DataOptions data;
  PcaOptions pca;
  std::string apply;
  bool inverse = false;
  OutputOptions output;
};

void require_width(Index width, Index wanted, const std::string& what, const std::string& apply) {
  if (width == wanted) return;
  throw input_error(
      "the input has " + format_count(width) + " columns, but " + apply + " " + what + " " + format_count(wanted),
      "give rows of the same kind as those that were fitted")
      .set_on_all_ranks();
}

void run(JobContext& job, const Options& options) {
  const Samples samples = open_samples(job, options.data.input, "nhwc");
  const Shard shard = row_shard(job, samples.rows());
  const Index d = samples.info.row_elements();
  const auto wide = static_cast<double>(d);
  // A product of rows: two triangles of doubles; a random basis: it, its image and the image's sums.
  const bool thin = first_solver(options.pca, d) == PcaSolver::randomized;
  const double sums = thin ? 4 * wide * static_cast<double>(options.pca.components + 10) : 2 * wide * wide;
  job.log.info(
      "estimate: " +
      format_bytes(job.comm.max(static_cast<double>(shard.size()) * static_cast<double>(samples.info.row_bytes()))) +
      " of rows and " + format_bytes(options.apply.empty() ? sums * sizeof(double) : 0) + " of sums a rank");
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

  // Bytes stay bytes: their sums of products are integers, exact and fast.
  const RowData data = read_shard(job, samples, shard);
  const RowSource rows = source_of(data);
  if (options.apply.empty()) pca = pca_stage(job, rows, shard, options.pca);
  Matrix restored;
  Projection projection;
  if (options.inverse)
    restored = job.timings.measure("transform", [&] { return inverse_transform(pca, rows); });
  else
    projection = project_stage(job, pca, rows, shard);

  write_output(job, options.output.output, [&](OutputFile& file) {
    if (options.inverse) {
      file.write_rows("/restored", shard, restored, {restored.cols()});
      file.describe("/restored", "", "features restored from scores");
    } else {
      write_pca(file, "/pca", pca);
      write_projection(file, "/pca", projection, shard);
    }
  });
}

}  // namespace

Job pca_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("pca", "Reduces rows to their principal components.");
  add_input_option(*set, options->data);
  add_pca_options(*set, options->pca);
  set->add("apply", options->apply, "use the components in this file instead of fitting").value_name("FILE");
  set->add("inverse", options->inverse, "with --apply: from scores back to features");
  add_output_options(*set, options->output, "pca.h5");
  return {set, [options](JobContext& job) {
            if (options->inverse && options->apply.empty())
              throw option_error("--inverse needs the components to invert", "name their file: --apply pca.h5")
                  .set_on_all_ranks();
            run(job, *options);
          }};
}

}  // namespace shoal
