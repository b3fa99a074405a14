// shoal train: learns an autoencoder from images or vectors, and writes it.
//   mpirun -n 4 shoal train --input images.npy --network conv --code 32 --epochs 20 --output model.h5
#include "job.hpp"
#include "result_groups.hpp"
#include "run_checkpoints.hpp"
#include "shoal/job/interruption.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

struct Options {
  DataOptions data;
  std::string scale = "auto";
  ArchitectureOptions network;
  TrainOptions train;
  ByteLimit memory;
  CheckpointOptions checkpoints;
  OutputOptions output;
};

void run(JobContext& job, const Options& options) {
  heed_signals();
  const Samples samples = open_samples(job, options.data.input, options.data.layout);
  const TrainingPlan plan = plan_training(job, samples, options.network, options.scale, options.train);
  const RowPlace place = tell_training_estimate(job, samples, plan, options.train, options.memory);
  if (options.output.dry_run) return;
  require_output(job, options.output.output);

  RunCheckpoints checkpoints(job, {options.data.input}, options.output.output, options.checkpoints);
  LiveHistory live(job, options.output.output, options.train);
  const Trained trained =
      train_stage(job, samples, place, plan, options.scale, options.train, checkpoints.stage("train"), live);
  checkpoints.pause();

  write_output(job, options.output.output, [&](OutputFile& file) {
    write_model(file, trained.model);
    write_history(file, trained, options.train.loss.kind);
  });
  checkpoints.remove();
  live.remove();
  tell_peak_memory(job, options.memory);
}

}  // namespace

Job train_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("train", "Learns an autoencoder from images or vectors.");
  add_image_options(*set, options->data);
  add_scale_option(*set, options->scale);
  add_network_options(*set, options->network);
  add_train_options(*set, options->train);
  add_seed_option(*set, options->train.seed);
  add_memory_option(*set, options->memory);
  add_checkpoint_options(*set, options->checkpoints);
  add_output_options(*set, options->output, "model.h5");
  return {set, [options](JobContext& job) { run(job, *options); }};
}

}  // namespace shoal
