#include "live_history.hpp"

#include <cstdio>
#include <fstream>

#include "shoal/core/error.hpp"
#include "shoal/job/provenance.hpp"
#include "shoal/nn/loss.hpp"

namespace shoal {
namespace {

std::string utc(std::chrono::system_clock::time_point time) {
  return format_utc_time(std::chrono::system_clock::to_time_t(time));
}

/// The epochs before `epoch` of a run that was stopped.
std::vector<RunUnderWay::Epoch> earlier_epochs(const std::string& path, std::int64_t epoch) {
  try {
    auto epochs = read_under_way(path).epochs;
    std::erase_if(epochs, [&](const RunUnderWay::Epoch& one) { return one.epoch >= epoch; });
    return epochs;
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

LiveHistory::LiveHistory(JobContext& job, const std::string& output, const TrainOptions& options)
    : job_(job), path_(under_way_path(output)) {
  run_.job = job.options.job();
  run_.options = job.options.json();
  run_.loss = loss_names[static_cast<std::size_t>(options.loss.kind)];
  run_.start = utc(job.start);
  run_.ranks = job.comm.size();
  run_.epochs_in_all = options.epochs;
}

void LiveHistory::add(const EpochStatistics& epoch, Index rows, double communication) {
  if (!job_.comm.is_root()) return;
  if (run_.epochs.empty() && epoch.epoch > 1) run_.epochs = earlier_epochs(path_, epoch.epoch);
  add_epoch(run_, {epoch.epoch, epoch.training_loss, epoch.held_out_loss, epoch.learning_rate, epoch.seconds});
  run_.rows_an_epoch = static_cast<double>(rows);
  run_.communication = communication;
  run_.last = utc(std::chrono::system_clock::now());
  // A reader finds the old text or the new one.
  const std::string partial = path_ + ".partial";
  std::ofstream file(partial);
  file << text_of(run_);
  file.close();
  if (file && std::rename(partial.c_str(), path_.c_str()) == 0) return;
  std::remove(partial.c_str());
  if (!warned_) job_.log.warn("cannot write " + path_ + ": shoal report cannot show this run before its end");
  warned_ = true;
}

void LiveHistory::remove() {
  if (job_.comm.is_root()) std::remove(path_.c_str());
}

}  // namespace shoal
