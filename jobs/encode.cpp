// shoal encode: codes and reconstruction errors of data under a trained model.
//   mpirun -n 4 shoal encode --model model.h5 --input images.npy --output codes.h5
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
  job.log.info("estimate: " +
               format_bytes(job.comm.max(
                   static_cast<double>(shard.size()) *
                   static_cast<double>(samples.info.row_bytes() + 4 * model.network.architecture().code_size()))) +
               " a rank; " + format_number(2e-6 * model.network.architecture().train_multiply_adds() / 3) +
               " MFLOP a sample");
  if (options.output.dry_run) return;
  require_output(job, options.output.output);

  const RowData rows = read_shard(job, samples, shard);
  const Encoding encoding = encode_stage(job, model, format, rows, shard);

  write_output(job, options.output.output, [&](OutputFile& file) { write_codes(file, "/codes", encoding, shard); });
}

}  // namespace

Job encode_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("encode", "Computes the codes of data under a trained model.");
  set->group("Model");
  set->add("model", options->model, "what shoal train or shoal pipeline wrote").required().value_name("FILE");
  add_image_options(*set, options->data);
  add_output_options(*set, options->output, "codes.h5");
  return {set, [options](JobContext& job) { run(job, *options); }};
}

}  // namespace shoal
