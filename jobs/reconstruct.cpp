// shoal reconstruct: what a trained model makes of data, in their own units and order.
//   mpirun -n 4 shoal reconstruct --model model.h5 --input images.npy --output reconstructions.h5
#include "encode_stage.hpp"
#include "job.hpp"
#include "option_groups.hpp"
#include "result_groups.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

struct Options {
  DataOptions data;
  std::string model;
  ByteLimit memory;
  OutputOptions output;
};

void run(JobContext& job, const Options& options) {
  const Model model = load_model(job, options.model);
  const Samples samples = open_samples(job, options.data.input, options.data.layout);
  const SampleFormat format = format_for(model, samples);
  const Shard shard = row_shard(job, samples.rows());
  const double work = encode_bytes(model, 4 * samples.info.row_elements());
  const RowPlace place = place_rows(job, samples, shard, {work}, options.memory);
  job.log.info("estimate: " + format_bytes(job.comm.max(work + bytes_for_rows(samples, place))) + " a rank");
  if (options.output.dry_run) return;
  require_output(job, options.output.output);

  const HeldRows rows = hold_rows(job, samples, place);
  const std::vector<Index> image_dims(samples.info.dims.begin() + 1, samples.info.dims.end());
  write_output(job, options.output.output,
               [&](OutputFile& file) { encode_to_file(job, file, model, format, rows.source, shard, image_dims); });
  tell_peak_memory(job, options.memory);
}

}  // namespace

Job reconstruct_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("reconstruct", "Runs data through a trained model and back.");
  set->group("Model");
  set->add("model", options->model, "what shoal train or shoal pipeline wrote").required().value_name("FILE");
  add_image_options(*set, options->data);
  add_memory_option(*set, options->memory);
  add_output_options(*set, options->output, "reconstructions.h5");
  return {set, [options](JobContext& job) { run(job, *options); }};
}

}  // namespace shoal
