#pragma once
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "shoal/core/row_source.hpp"
#include "shoal/methods/batch_plan.hpp"
#include "shoal/methods/scaling.hpp"
#include "shoal/methods/schedule.hpp"
#include "shoal/methods/training_profile.hpp"
#include "shoal/nn/loss.hpp"
#include "shoal/nn/network.hpp"
#include "shoal/nn/optimizer.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// Which epoch's numbers are the result. automatic: the best where training stops early, since by then the last is
/// `patience` epochs past it; the last otherwise, since choosing by the held-out loss makes that loss look better than
/// it is.
enum class Keep { automatic, best, last };

/// The names of the enumerators, in their order.
inline constexpr std::array<const char*, 3> keep_names{"auto", "best", "last"};

struct TrainOptions {
  Index epochs = 10;
  Index batch_size = 256;
  double held_out = 0.05;  ///< fraction of the rows that only measure the loss
  std::uint64_t seed = 0;
  LossOptions loss;
  std::string input_noise = "none";  ///< on the input, not on what is to be reproduced: nn/input_noise.hpp
  std::string augment = "none";      ///< of the images: nn/augmentation.hpp
  double beta = 1;                   ///< of a variational autoencoder: weight of the divergence, see EpochStatistics
  OptimizerOptions optimizer;
  ScheduleOptions schedule;
  double min_improvement = 1e-4;  ///< share of the best held-out loss by which one must be lower to count as better
  Index patience = 0;             ///< stop after so many epochs without improvement; 0: never
  Keep keep = Keep::automatic;
  Engine engine = Engine::fast;  ///< for who builds the network
  bool profile = false;          ///< measure where the time of steps goes

  bool keeps_best() const { return keep == Keep::best || (keep == Keep::automatic && patience > 0); }
};

/// The rows of the data that one rank trains on and measures with, in the file's own type: in memory, or in the file.
/// There each epoch reads them in windows (BatchFeed), and where some are held out once more from start to end.
struct TrainingRows {
  Shard shard;     ///< global rows
  RowSource data;  ///< (shard.size(), elements)
};

/// The global rows that `rank` must hold: those of its blocks of the batch plan with the held-out rows among them.
Shard training_shard(const HeldOut& held_out, const BatchPlan& plan, int rank, int ranks);

struct EpochStatistics {
  Index epoch = 0;
  double training_loss = 0;  ///< mean over the epoch's samples, each as it was trained on: the loss of the
                             ///< reconstruction, plus beta divergence / elements of a sample
  double divergence = 0;     ///< mean of the samples' Kullback-Leibler divergences (Sampling), in nats; 0 without
  double held_out_loss = 0;  ///< mean over the held-out rows after the epoch; NaN without such rows
  double learning_rate = 0;  ///< of the epoch's last step
  double seconds = 0;
  std::vector<Index> constant_outputs;  ///< channels that came out constant although the data's are not
  std::vector<Index> constant_codes;    ///< code units that were constant
};

struct TrainProgress {
  Index epoch, step, steps;  ///< step of the epoch's `steps`, just done
  Index samples;             ///< in that batch, over all ranks
};

/// What to be told while training; either may be empty. Called on every rank.
struct TrainCallbacks {
  std::function<void(const TrainProgress&)> step;
  std::function<void(const EpochStatistics&)> epoch;
};

struct TrainResult {
  ModelNumbers numbers;        ///< parameters and state after epoch `kept_epoch`
  Index kept_epoch = 0;        ///< the one of the lowest held-out loss (the first of equals), or the last
  bool stopped_early = false;  ///< by `patience`
  std::vector<EpochStatistics> history;
  TrainingProfile profile;  ///< of this rank, where it was asked for
};

/// Trains the autoencoder to reproduce its input: each step averages the gradient of the loss over one batch of all
/// ranks, clips it and updates the parameters, until the epochs are over or the patience is at its end. Collective;
/// every rank gets the same result, whose bits depend on the data, the options and the binary, not on the number of
/// ranks. Throws a numerics error (exit 5) that names epoch and step when the gradient is no longer finite, or when the
/// loss has grown a thousandfold. `rows` are those of training_shard().
TrainResult train(const Communicator& comm, const Network& network, const FittedScaling& scaling,
                  const HeldOut& held_out, const BatchPlan& plan, const TrainingRows& rows, const TrainOptions& options,
                  const TrainCallbacks& callbacks = {});

}  // namespace shoal
