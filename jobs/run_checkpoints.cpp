#include "run_checkpoints.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <set>

#include "data_fingerprint.hpp"
#include "shoal/core/digest.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/checkpoint_file.hpp"
#include "shoal/job/interruption.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

constexpr char separator = '\n';

std::string checkpoint_of(const std::string& output) {
  return output + ".checkpoint";
}

std::string arguments(const OptionSet& options) {
  std::string text = options.job();
  for (const auto& [name, value, where] : options.resolved())
    if (where != "default" && name != "max-wall")  // a limit of that allocation, not of the run
      text += separator + ("--" + name + "=" + value);
  return text;
}

// What a state says of how far the run is: not the time it took.
std::string progress_of(const Snapshot& state) {
  Digest digest;
  for (const auto& [name, array] : state.arrays())
    if (!name.ends_with("seconds")) {
      digest.add(name);
      digest.add(array.bytes);
    }
  return digest.hex();
}

// All ranks get the root's snapshot.
Snapshot broadcast(const Communicator& comm, const Snapshot& snapshot) {
  std::string names;
  for (const auto& [name, array] : snapshot.arrays())
    names +=
        name + '\t' + std::to_string(static_cast<int>(array.type)) + '\t' + std::to_string(array.bytes.size()) + '\n';
  names = comm.broadcast(names);
  Snapshot result;
  std::size_t at = 0;
  while (at < names.size()) {
    const std::size_t end = names.find('\n', at);
    const auto words = split(names.substr(at, end - at), '\t');
    at = end + 1;
    Snapshot::Array array{static_cast<ElementType>(std::stoi(words[1])), {}};
    array.bytes.resize(std::stoull(words[2]));
    if (comm.is_root()) array = snapshot.arrays().at(words[0]);
    std::vector<std::int64_t> numbers((array.bytes.size() + 7) / 8);
    std::copy(array.bytes.begin(), array.bytes.end(), reinterpret_cast<std::byte*>(numbers.data()));
    comm.broadcast(std::span<std::int64_t>(numbers));
    std::copy_n(reinterpret_cast<const std::byte*>(numbers.data()), array.bytes.size(), array.bytes.begin());
    result.put(words[0], std::move(array));
  }
  return result;
}

}  // namespace

void add_checkpoint_options(OptionSet& set, CheckpointOptions& options) {
  set.group("Checkpoints");
  set.add("checkpoint-minutes", options.minutes, "between checkpoints; 0: only before the job stops")
      .at_least(0)
      .not_stored();
  set.add("max-wall", options.max_wall,
          "minutes after which the job saves its state and stops (exit 75); 0: never; "
          "Slurm's end of the job counts anyway")
      .at_least(0)
      .not_stored();
}

RunCheckpoints::RunCheckpoints(JobContext& job, const std::vector<std::string>& inputs, const std::string& output,
                               const CheckpointOptions& options)
    : job_(job), options_(options), path_(checkpoint_of(output)) {
  std::vector<std::string> warnings;
  const std::string data = job.timings.measure("fingerprint", [&] { return data_fingerprint(job.comm, inputs); });
  whole_ = agree(job.comm, [&] {
    if (!job.comm.is_root()) return Snapshot{};
    Snapshot mine;
    mine.put("identity", job.options.job() + " " + job.options.json());
    mine.put("data", data);
    mine.put("arguments", arguments(job.options));
    const auto found = read_checkpoint(path_, [&](const std::string& warning) { warnings.push_back(warning); });
    if (!found) return mine;
    for (const auto& [name, what] : {std::pair{"identity", "other options"}, std::pair{"data", "other data"}})
      if (found->text(name) != mine.text(name))
        throw option_error("'" + path_ + "' is the checkpoint of a run with " + what + ":\n    " + found->text(name) +
                               "\n  not of this one:\n    " + mine.text(name),
                           "go on with that run (shoal resume), give another --output, or remove the checkpoint");
    begun_at_ = progress_of(*found);
    return *found;
  });
  for (const auto& warning : warnings) job.log.warn(warning);
  whole_ = broadcast(job.comm, whole_);
  constexpr double slow_disk = 100e6;  // bytes a second, until one was measured
  for (const auto& [name, array] : whole_.arrays())
    write_seconds_ += static_cast<double>(array.bytes.size()) / slow_disk;
}

Checkpoints RunCheckpoints::stage(const std::string& name) {
  stage_ = name;
  calls_ = 0;
  calls_to_poll_ = 1;  // its steps may be longer than those before
  longest_unseen_ = 0;
  since_poll_ = {};
  begin_ = whole_.part(name);
  const bool begun = !begin_.arrays().empty();
  if (begun) job_.log.info(name + ": going on from " + path_);
  const auto keep = [this](const Snapshot& state) {
    if (job_.comm.is_root()) whole_.put_part(stage_, state);
  };
  const auto keep_and_save = [this, keep](const Snapshot& state) {
    keep(state);
    save();
  };
  return {[this](Place place) { return due(place); }, keep_and_save, begun ? &begin_ : nullptr, keep};
}

void RunCheckpoints::pause() {
  if (due(Place::landmark) == Pause::none) return;
  save();
  if (stopping_) stop_here();
}

double seconds_left(const JobContext& job, const CheckpointOptions& options) {
  const std::chrono::duration<double> run = std::chrono::system_clock::now() - job.start;
  const double own =
      options.max_wall > 0 ? 60 * options.max_wall - run.count() : std::numeric_limits<double>::infinity();
  return std::min(own, seconds_until_slurm_ends() - 30);  // the end comes without mercy
}

// Ranks look up from steps some twenty times a second at most, all after the same number of calls. That number grows by
// doubling: the first steps may be quicker than the rest.
Pause RunCheckpoints::due(Place place) {
  if (++calls_ < calls_to_poll_ && place == Place::step) return Pause::none;
  constexpr double poll_seconds = 0.05, writes_apart = 10;  // a slow disk takes a tenth of the time at most
  const auto calls = static_cast<double>(calls_);
  const double unseen = since_poll_.seconds(), each = unseen / calls;
  longest_unseen_ = std::max(longest_unseen_, unseen);
  since_poll_ = {};
  calls_ = 0;
  std::vector<double> votes(3, 0.0);
  // Before the next look another such step passes, and then the state is to be written.
  votes[0] = stop_requested() || seconds_left(job_, options_) <= longest_unseen_ + 2 * write_seconds_;
  if (job_.comm.is_root()) {
    votes[1] =
        options_.minutes > 0 && since_save_.seconds() >= std::max(60 * options_.minutes, writes_apart * write_seconds_);
    votes[2] = std::clamp(poll_seconds / std::max(each, 1e-9), 1.0, std::min(2 * calls, 1000.0));
  }
  job_.comm.max(votes);
  calls_to_poll_ = static_cast<std::int64_t>(votes[2]);
  stopping_ = votes[0] > 0;
  return stopping_ ? Pause::stop : votes[1] > 0 ? Pause::save : Pause::none;
}

void RunCheckpoints::save() {
  const Stopwatch watch;
  const auto attempt = [&]() -> std::string {
    if (!job_.comm.is_root()) return "";
    try {
      write_checkpoint(path_, whole_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const std::string failure = job_.timings.measure("checkpoint", [&] { return job_.comm.broadcast(attempt()); });
  write_seconds_ = job_.comm.max(watch.seconds());
  since_save_ = {};
  if (!failure.empty() && stopping_)
    throw output_error(failure, "the state is lost: free some space and start again").set_on_all_ranks();
  // A disk that fails for a while is no reason to give up hours of work.
  if (!failure.empty()) return job_.log.warn(failure + "; going on without it");
  job_.log.info(stage_ + ": state saved in " + path_);
  if (stopping_ && job_.comm.any(job_.comm.is_root() && progress_of(whole_) == begun_at_))
    throw Error(ExitCode::standstill, "the state is saved, but it is the one that this run began with",
                "give it more time: a step, or what stands behind the last one, takes longer than that")
        .set_on_all_ranks();
}

void RunCheckpoints::remove() {
  if (job_.comm.is_root()) remove_checkpoint(path_);
}

std::vector<std::string> arguments_of_run(const std::string& output, const std::vector<std::string>& further) {
  std::error_code ignored;
  if (std::filesystem::is_directory(output, ignored))
    throw input_error("'" + output + "' is a directory", "a sweep and a study go on by the command that started them");
  const auto found = read_checkpoint(checkpoint_of(output));
  if (!found)
    throw input_error("there is no checkpoint '" + checkpoint_of(output) + "'",
                      "name the output of a run that was stopped: shoal resume result.h5");
  // "--name=value" or "--name": what is given now counts, and the run is where it was found.
  const auto name_in = [](const std::string& argument) { return argument.substr(0, argument.find('=')); };
  std::set<std::string> given{"--output"};
  for (const auto& argument : further) given.insert(name_in(argument));
  std::vector<std::string> all;
  for (const auto& argument : split(found->text("arguments"), separator)) {
    if (given.contains(name_in(argument))) continue;
    if (name_in(argument) + "=" == argument) {  // an empty value is a word of its own
      all.push_back(name_in(argument));
      all.emplace_back();
    } else {
      all.push_back(argument);
    }
  }
  all.push_back("--output=" + output);
  all.insert(all.end(), further.begin(), further.end());
  return all;
}

}  // namespace shoal
