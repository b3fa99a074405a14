// What a training saves and begins again from.
#include <algorithm>

#include "training_run.hpp"

namespace shoal {
namespace {

Snapshot snapshot_of(const ModelNumbers& numbers) {
  Snapshot s;
  s.put("parameters", std::span<const float>(numbers.parameters));
  s.put("state", std::span<const float>(numbers.state));
  return s;
}

void restore_numbers(const Snapshot& s, ModelNumbers& numbers) {
  s.copy("parameters", numbers.parameters);
  s.copy("state", numbers.state);
}

// Lists of different length behind one another, and their lengths.
void put_lists(Snapshot& s, const std::string& name, const std::vector<EpochStatistics>& history,
               std::vector<Index> EpochStatistics::*list) {
  std::vector<std::int64_t> lengths, all;
  for (const auto& epoch : history) {
    lengths.push_back(std::ssize(epoch.*list));
    all.insert(all.end(), (epoch.*list).begin(), (epoch.*list).end());
  }
  s.put(name + "_lengths", lengths);
  s.put(name, all);
}

void take_lists(const Snapshot& s, const std::string& name, std::vector<EpochStatistics>& history,
                std::vector<Index> EpochStatistics::*list) {
  std::vector<std::int64_t> lengths(history.size());
  s.copy(name + "_lengths", lengths);
  const auto all = s.integers(name);
  auto at = all.begin();
  for (std::size_t i = 0; i < history.size(); ++i) {
    const auto length = std::clamp<std::ptrdiff_t>(lengths[i], 0, all.end() - at);
    (history[i].*list).assign(at, at + length);
    at += length;
  }
}

constexpr std::array<std::pair<const char*, double EpochStatistics::*>, 5> columns{
    {{"training_loss", &EpochStatistics::training_loss},
     {"divergence", &EpochStatistics::divergence},
     {"held_out_loss", &EpochStatistics::held_out_loss},
     {"learning_rate", &EpochStatistics::learning_rate},
     {"seconds", &EpochStatistics::seconds}}};

Snapshot snapshot_of(const std::vector<EpochStatistics>& history) {
  Snapshot s;
  for (const auto& [name, member] : columns) {
    std::vector<double> values;
    for (const auto& epoch : history) values.push_back(epoch.*member);
    s.put(name, values);
  }
  put_lists(s, "constant_outputs", history, &EpochStatistics::constant_outputs);
  put_lists(s, "constant_codes", history, &EpochStatistics::constant_codes);
  return s;
}

std::vector<EpochStatistics> history_in(const Snapshot& s) {
  std::vector<EpochStatistics> history(s.doubles("training_loss").size());
  for (const auto& [name, member] : columns) {
    const auto values = s.doubles(name);
    for (std::size_t i = 0; i < std::min(values.size(), history.size()); ++i) history[i].*member = values[i];
  }
  for (std::size_t i = 0; i < history.size(); ++i) history[i].epoch = static_cast<Index>(i) + 1;
  take_lists(s, "constant_outputs", history, &EpochStatistics::constant_outputs);
  take_lists(s, "constant_codes", history, &EpochStatistics::constant_codes);
  return history;
}

}  // namespace

Snapshot TrainingRun::state() {
  Snapshot s;
  s.put("epoch", std::int64_t{epoch_});
  s.put("steps_done", std::int64_t{steps_done_});
  s.put("seconds", seconds_before_ + watch_.seconds());
  s.put("in_epoch", std::int64_t{in_epoch_});
  s.put("stopped_early", std::int64_t{result_.stopped_early});
  s.put("kept_epoch", std::int64_t{result_.kept_epoch});
  s.put("best_epoch", std::int64_t{best_epoch_});
  s.put("lowest_loss", lowest_loss_);
  s.put_part("numbers", snapshot_of(result_.numbers));
  if (best_epoch_ > 0) s.put_part("best", snapshot_of(best_));
  s.put_part("history", snapshot_of(result_.history));
  s.put_part("optimizer", optimizer_.state());
  s.put_part("batch", batch_.state());
  return s;
}

void TrainingRun::restore(const Snapshot& s) {
  epoch_ = s.integer("epoch");
  steps_done_ = s.integer("steps_done");
  in_epoch_ = s.integer("in_epoch") != 0;
  result_.stopped_early = s.integer("stopped_early") != 0;
  result_.kept_epoch = s.integer("kept_epoch");
  seconds_before_ = s.number("seconds");
  best_epoch_ = s.integer("best_epoch");
  lowest_loss_ = s.number("lowest_loss");
  restore_numbers(s.part("numbers"), result_.numbers);
  best_ = result_.numbers;
  if (best_epoch_ > 0) restore_numbers(s.part("best"), best_);
  result_.history = history_in(s.part("history"));
  for (const auto& epoch : result_.history) held_out_losses_.push_back(epoch.held_out_loss);
  optimizer_.restore(s.part("optimizer"));
  batch_.restore(s.part("batch"));
}

}  // namespace shoal
