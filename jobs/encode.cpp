// shoal encode: codes and reconstruction errors of data under a trained model.
//   mpirun -n 4 shoal encode --model model.h5 --input images.npy --output codes.h5
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
  const double work = encode_bytes(model, 0);
  const RowPlace place = place_rows(job, samples, shard, {work}, options.memory);
  job.log.info("estimate: " + format_bytes(job.comm.max(work + bytes_for_rows(samples, place))) + " a rank; " +
               format_number(2e-6 * model.network.architecture().train_multiply_adds() / 3) + " MFLOP a sample");
  if (options.output.dry_run) return;
  require_output(job, options.output.output);

  const HeldRows rows = hold_rows(job, samples, place);
  write_output(job, options.output.output,
               [&](OutputFile& file) { encode_to_file(job, file, model, format, rows.source, shard); });
  tell_peak_memory(job, options.memory);
}

}  // namespace

Job encode_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("encode", "Computes the codes of data under a trained model.");
  set->group("Model");
  set->add("model", options->model, "what shoal train or shoal pipeline wrote").required().value_name("FILE");
  add_image_options(*set, options->data);
  add_memory_option(*set, options->memory);
  add_output_options(*set, options->output, "codes.h5");
  return {set, [options](JobContext& job) { run(job, *options); }};
}

}  // namespace shoal
