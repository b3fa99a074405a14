#include "stages.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "profile_table.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/progress.hpp"
#include "shoal/methods/batch_feed.hpp"
#include "shoal/methods/batch_gradient.hpp"
#include "shoal/methods/forward_groups.hpp"
#include "shoal/methods/scaling.hpp"
#include "shoal/nn/augmentation.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

std::string list_of(const std::vector<Index>& numbers) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < numbers.size() && i < 8; ++i) words.push_back(std::to_string(numbers[i]));
  return join(words) + (numbers.size() > 8 ? ", ..." : "");
}

void warn_of_constant_units(Log& log, const EpochStatistics& epoch, const Architecture& a) {
  if (!epoch.constant_outputs.empty())
    log.warn(
        "output channel " + list_of(epoch.constant_outputs) + " was constant over epoch " +
        std::to_string(epoch.epoch) +
        ": its last activation has died. Use --output-activation linear, another --seed or a smaller --learning-rate");
  if (!epoch.constant_codes.empty())
    log.warn(std::to_string(epoch.constant_codes.size()) + " of " + std::to_string(a.code_size()) + " code units (" +
             list_of(epoch.constant_codes) + ") were constant over epoch " + std::to_string(epoch.epoch) +
             ": the code is smaller than it seems. Use another --seed, a smaller --learning-rate or a smaller --code");
}

void tell_outcome(Log& log, const Trained& trained, const TrainOptions& options) {
  const auto epochs = static_cast<Index>(trained.history.size());
  if (trained.stopped_early)
    log.info("train: stopped after epoch " + std::to_string(epochs) + " of " + std::to_string(options.epochs) +
             ": the held-out loss has not improved for " + std::to_string(options.patience) +
             (options.patience > 1 ? " epochs" : " epoch"));
  if (options.keeps_best())
    log.info("train: kept epoch " + std::to_string(trained.kept_epoch) + ", whose held-out loss " +
             format_number(trained.history[static_cast<std::size_t>(trained.kept_epoch - 1)].held_out_loss) +
             " is the lowest of " + std::to_string(epochs));
}

}  // namespace

TrainingPlan plan_training(const JobContext& job, const Samples& samples, ArchitectureOptions network,
                           const std::string& scale, const TrainOptions& options) {
  // Values in [0, 1] are best met by a ReLU that cannot die; standardised ones have both signs (docs/running.md).
  // Cross-entropy takes the logarithm of the output.
  if (network.output_activation == "auto")
    network.output_activation = options.loss.kind == LossKind::bce                     ? "sigmoid"
                                : scales_to_unit(scaling_of(scale), samples.info.type) ? "leakyrelu"
                                                                                       : "linear";
  const HeldOut held_out(samples.rows(), options.held_out, options.seed);
  const Architecture architecture = agree(job.comm, [&] {
    parse_input_noise(options.input_noise);
    parse_augmentation(options.augment, samples.layout.shape);
    return make_architecture(network, samples.layout.shape);
  });
  require_training_options(options, architecture, scale, held_out);
  return {held_out, BatchPlan(held_out.training_count(), options.batch_size, options.seed, samples.info.row_elements()),
          architecture};
}

RowPlace tell_training_estimate(JobContext& job, const Samples& samples, const TrainingPlan& plan,
                                const TrainOptions& options, const ByteLimit& memory) {
  const auto& comm = job.comm;
  const Network network(plan.architecture);
  const auto blocks = plan.batches.blocks(comm.rank(), comm.size()).size();
  const Shard shard = training_shard(plan.held_out, plan.batches, comm.rank(), comm.size());
  const Index rows = shard.size(), row_bytes = samples.info.row_bytes();
  const double work =
      BatchGradient::bytes(network, blocks, parse_input_noise(options.input_noise)) +
      // Measuring the held-out rows packs the weights once more.
      ForwardGroups::bytes(network, network.layer_count()) +
      (options.keeps_best() ? 5.0 : 4.0) * sizeof(float) * static_cast<double>(network.parameter_count());
  const auto all_rows = comm.gather(rows);
  const auto [least, most] = std::minmax_element(all_rows.begin(), all_rows.end());
  job.log.info("network: " + text_of(plan.architecture.encoder) + " | " + text_of(plan.architecture.decoder) + " (" +
               format_count(plan.architecture.parameter_count()) + " parameters)");
  job.log.info("rows: " + format_count(plan.held_out.training_count()) + " to train on, " +
               format_count(plan.held_out.held_out_count()) + " held out; " + format_count(*least) + " to " +
               format_count(*most) + " a rank on " + std::to_string(comm.size()) +
               (comm.size() > 1 ? " ranks; " : " rank; ") + format_count(plan.batches.steps()) + " steps of " +
               format_count(plan.batches.batch_size()) + " samples an epoch");
  if (plan.batches.groups() < comm.size())
    job.log.warn("a batch of " + std::to_string(plan.batches.batch_size()) + " feeds " +
                 std::to_string(plan.batches.groups()) +
                 " ranks of 16 samples each: " + std::to_string(comm.size() - plan.batches.groups()) +
                 " ranks are idle while training. Use --batch-size " + std::to_string(comm.size() * lane_count) +
                 " or more (it changes the result), or fewer ranks");
  const double samples_seen = static_cast<double>(plan.batches.rows()) * static_cast<double>(options.epochs);
  const double streaming = BatchFeed::streaming_bytes(plan.held_out, plan.batches, blocks, row_bytes);
  const RowPlace place = place_rows(job, samples, shard, {work, streaming}, memory, " to train");
  const double for_rows = bytes_for_rows(samples, place) + (place.streamed ? streaming : 0);
  job.log.info("estimate: " + format_bytes(comm.max(work + for_rows)) + " a rank beyond the program itself; " +
               format_number(2e-6 * plan.architecture.train_multiply_adds()) + " MFLOP a sample and step, " +
               format_number(2e-12 * plan.architecture.train_multiply_adds() * samples_seen) + " TFLOP in all");
  return place;
}

Trained train_stage(JobContext& job, const Samples& samples, const RowPlace& place, const TrainingPlan& plan,
                    const std::string& scale, const TrainOptions& options, const Checkpoints& checkpoints,
                    LiveHistory& live) {
  const HeldRows held = hold_rows(job, samples, place);
  const TrainingRows rows{place.shard, held.source};
  const FittedScaling scaling = job.timings.measure("scale", [&] {
    return fit_scaling(job.comm, rows.data, samples.layout.shape, samples.layout.channels_last, scaling_of(scale));
  });
  require_targets(options.loss, scaling);
  static constexpr std::array<const char*, 4> scaling_names{"auto", "unit", "standardize", "none"};

  Trained trained{{Network(plan.architecture, options.engine),
                   {},
                   scaling.format,
                   samples.info.type,
                   scaling_names[static_cast<std::size_t>(scaling.chosen)]},
                  {}};
  Progress progress(job.log, "train", plan.batches.rows() * options.epochs,
                    plan.architecture.input.pixels() > 1 ? "images" : "rows");
  Index done = 0;
  std::string losses;
  const Stopwatch watch;
  const double waited_before = job.comm.traffic().seconds;
  const auto waited = [&] { return (job.comm.traffic().seconds - waited_before) / std::max(watch.seconds(), 1e-9); };
  const auto in_communication = [&] {
    return job.comm.size() > 1 ? ", " + format_number(100 * waited(), 2) + "% in communication" : "";
  };
  const TrainCallbacks callbacks{
      [&](const TrainProgress& step) {
        done += step.samples;
        if (job.log.writes())
          progress.set(done,
                       (losses.empty() ? "epoch 1/" + std::to_string(options.epochs) : losses) + in_communication());
      },
      [&](const EpochStatistics& epoch) {
        std::string note = "epoch " + std::to_string(epoch.epoch) + "/" + std::to_string(options.epochs) + " loss " +
                           format_number(epoch.training_loss);
        if (std::isfinite(epoch.held_out_loss)) note += ", held out " + format_number(epoch.held_out_loss);
        if (epoch.learning_rate != options.optimizer.learning_rate)
          note += ", learning rate " + format_number(epoch.learning_rate);
        if (trained.model.network.has_penalty()) note += ", divergence " + format_number(epoch.divergence) + " nats";
        job.log.info("train: " + note + ", " +
                     format_count(std::llround(static_cast<double>(plan.batches.rows()) / epoch.seconds)) +
                     " a second" + in_communication());
        losses = note;
        progress.set(done, note);
        live.add(epoch, plan.batches.rows(), waited());
        warn_of_constant_units(job.log, epoch, plan.architecture);
      }};
  auto result = job.timings.measure("train", [&] {
    return train(job.comm, trained.model.network, scaling, plan.held_out, plan.batches, rows, options, callbacks,
                 checkpoints);
  });
  progress.finish();
  if (options.profile) tell_profile(job, trained.model.network, std::move(result.profile));
  trained.model.numbers = std::move(result.numbers);
  trained.history = std::move(result.history);
  trained.kept_epoch = result.kept_epoch;
  trained.stopped_early = result.stopped_early;
  tell_outcome(job.log, trained, options);
  return trained;
}

void require_components(const PcaOptions& options, Index rows, Index features) {
  if (options.variance_fraction > 0 || options.components <= std::min(rows, features)) return;
  throw option_error(format_count(options.components) + " components cannot be found in " + format_count(rows) +
                         " rows of " + format_count(features) + " numbers",
                     "choose --components at most " + format_count(std::min(rows, features)))
      .set_on_all_ranks();
}

void require_clusters(const KMeansOptions& options, Index rows) {
  if (options.k <= rows) return;
  throw option_error("k = " + format_count(options.k) + " clusters cannot be made of " + format_count(rows) + " rows",
                     "choose --k smaller")
      .set_on_all_ranks();
}

Pca pca_stage(JobContext& job, const RowSource& rows, const Shard& shard, const PcaOptions& options,
              const Checkpoints& checkpoints) {
  Pca pca = job.timings.measure("pca", [&] { return fit_pca(job.comm, rows, shard.global, options, checkpoints); });
  job.log.info("pca: solver " + solver_names()[static_cast<std::size_t>(pca.solver)] + ": " + pca.reason);
  job.log.info("pca: " + std::to_string(pca.components.rows()) + " components of " +
               std::to_string(pca.components.cols()) + " features explain " +
               format_number(100 * pca.explained_variance_ratio.sum()) + "% of the variance");
  return pca;
}

Projection project_stage(JobContext& job, const Pca& pca, const RowSource& rows, const Shard& shard) {
  return job.timings.measure("transform", [&] { return project(job.comm, pca, rows, shard.global); });
}

KMeansResult kmeans_stage(JobContext& job, const RowSource& rows, const Shard& shard, const KMeansOptions& options,
                          const Checkpoints& checkpoints, const std::optional<MiniBatchOptions>& batches,
                          std::span<const float> weights) {
  Progress progress(job.log, "k-means", options.start_centers || batches ? 1 : options.n_init, "starts");
  const auto tell = [&](const KMeansProgress& p) {
    progress.set(p.start, (batches ? "batch " : "iteration ") + std::to_string(p.iteration) + ", inertia " +
                              format_number(p.inertia));
  };
  KMeansResult result = job.timings.measure("kmeans", [&] {
    return batches ? fit_minibatch_kmeans(job.comm, rows, shard.global, options, *batches, tell, weights, checkpoints)
                   : fit_kmeans(job.comm, rows, shard.global, options, tell, weights, checkpoints);
  });
  progress.finish();
  job.log.info("k-means: k = " + std::to_string(result.centers.rows()) + ", inertia " +
               format_number(result.inertia, 7) + " after " + std::to_string(result.n_iter) +
               (batches ? " batches" : " iterations") + (result.converged ? "" : " (not converged)") + ", best of " +
               std::to_string(result.inertias.size()) + (result.inertias.size() > 1 ? " starts" : " start"));
  if (!result.converged && (!batches || batches->patience > 0))
    job.log.warn("k-means stopped at " +
                 (batches ? "--epochs " + std::to_string(batches->epochs)
                          : "--max-iterations " + std::to_string(options.max_iterations)) +
                 " before it came to rest");
  if (result.empty_cluster_repairs > 0)
    job.log.warn("k-means: " + std::to_string(result.empty_cluster_repairs) +
                 " times an empty cluster took the row farthest from its centre; is k too large?");
  const auto empty = std::count(result.sizes.begin(), result.sizes.end(), 0);
  if (empty > 0)
    job.log.warn("k-means: " + std::to_string(empty) + " of " + std::to_string(options.k) +
                 " clusters are empty: there are only " + std::to_string(options.k - empty) +
                 " distinct rows. Choose --k " + std::to_string(options.k - empty) + " or less");
  return result;
}

ClusterScores score_stage(JobContext& job, const std::string& title, const std::vector<std::int64_t>& labels,
                          const std::vector<std::int32_t>& predicted, Index clusters) {
  ClusterScores scores =
      job.timings.measure("score", [&] { return score_clusters(job.comm, labels, predicted, clusters); });
  job.log.info("score of " + title + ": accuracy " + format_number(scores.accuracy) + ", purity " +
               format_number(scores.purity) + ", NMI " + format_number(scores.nmi) + ", ARI " +
               format_number(scores.ari));
  return scores;
}

}  // namespace shoal
