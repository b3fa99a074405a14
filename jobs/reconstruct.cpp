// shoal reconstruct: what a trained model makes of data, in their own units and order.
//   mpirun -n 4 shoal reconstruct --model model.h5 --input images.npy --output reconstructions.h5
#include "job.hpp"
#include "result_groups.hpp"
#include "shoal/core/text.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

struct Options {
  DataOptions data;
  std::string model;
  OutputOptions output;
};

void run(JobContext& job, const Options& options) {
  const Model model = load_model(job, options.model);
  const Samples samples = open_samples(job, options.data.input, options.data.layout);
  const SampleFormat format = format_for(model, samples);
  const Shard shard = row_shard(job, samples.rows());
  job.log.info(
      "estimate: " +
      format_bytes(job.comm.max(static_cast<double>(shard.size()) *
                                static_cast<double>(samples.info.row_bytes() + 4 * samples.info.row_elements()))) +
      " a rank");
  if (options.output.dry_run) return;
  require_output(job, options.output.output);

  const RowData rows = read_shard(job, samples, shard);
  const Encoding encoding = encode_stage(job, model, format, rows, shard);
  const Matrix images =
      job.timings.measure("reconstruct", [&] { return reconstruct(model.network, model.numbers, format, rows); });

  write_output(job, options.output.output, [&](OutputFile& file) {
    const std::vector<Index> row_dims(samples.info.dims.begin() + 1, samples.info.dims.end());
    file.write_rows("/reconstructions", shard, images, row_dims);
    file.describe("/reconstructions", "units of the data", "the decoder's output for each sample, scaling undone");
    write_codes(file, "/codes", encoding, shard);
  });
}

}  // namespace

Job reconstruct_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("reconstruct", "Runs data through a trained model and back.");
  set->group("Model");
  set->add("model", options->model, "what shoal train or shoal pipeline wrote").required().value_name("FILE");
  add_image_options(*set, options->data);
  add_output_options(*set, options->output, "reconstructions.h5");
  return {set, [options](JobContext& job) { run(job, *options); }};
}

}  // namespace shoal
