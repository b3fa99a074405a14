#include "shoal/methods/batch_gradient.hpp"

#include <algorithm>

namespace shoal {
namespace {

// Gradients begin their way to the other ranks in messages of at least so many numbers.
constexpr Index least_message = 1 << 16;

// The first segment is empty where layer 0 begins one of its own.
std::vector<Index> segment_begins(const Network& network) {
  std::vector<Index> begins{0};
  for (Index i = 0; i < network.layer_count(); ++i)
    if (network.layer(i).batch_sum_count() > 0 || network.layer(i).is_wide()) begins.push_back(i);
  begins.push_back(network.layer_count());
  return begins;
}

std::vector<AdaptiveSum::Terms> gradient_terms(const Network& network) {
  std::vector<AdaptiveSum::Terms> terms;
  for (Index i = 0; i < network.layer_count(); ++i)
    terms.push_back(network.layer(i).batch_maximum_count() > 0 ? AdaptiveSum::Terms::assigned
                                                               : AdaptiveSum::Terms::added);
  return terms;
}

Index workspace_count(const Network& network, Index groups) {
  return segment_begins(network).size() == 2 ? std::min<Index>(groups, 1) : groups;
}

Index scratch_size(const Network& network, Index groups) {
  Index most = 0;
  for (Index i = 0; i < network.layer_count(); ++i)
    most = std::max(most, network.layer(i).scratch_count(network.layer(i).is_wide() ? groups : 1));
  return most;
}

}  // namespace

BatchGradient::BatchGradient(Communicator comm, const Network& network, Index most_groups, Index all_groups,
                             int input_exponent, const LossOptions& loss, const InputNoise& noise,
                             double penalty_weight)
    : comm_(std::move(comm)),
      network_(network),
      loss_(loss),
      noise_(noise),
      penalty_weight_(penalty_weight),
      begins_(segment_begins(network)),
      used_(static_cast<std::size_t>(most_groups), 0),
      draws_(used_.size()),
      losses_(used_.size()),
      penalties_(used_.size()),
      prepared_(static_cast<std::size_t>(network.prepared_count())),
      scratch_(static_cast<std::size_t>(scratch_size(network, most_groups))),
      forward_sums_(network),
      backward_sums_(network),
      finished_(static_cast<std::size_t>(network.layer_count())),
      // Gradients of a mean square grow with the square of the data (those of the other losses by less); 2^24 above
      // that is no training any more.
      gradient_sum_(network.parameter_begins(), all_groups, 24 + 2 * std::max(0, input_exponent),
                    gradient_terms(network)),
      loss_sum_(1, 84, 4),
      penalty_sum_(1, 84, 4),
      code_watch_(network.architecture().code_size()),
      output_watch_(network.architecture().input.channels),
      target_watch_(network.architecture().input.channels) {
  for (Index i = 0; i < workspace_count(network, most_groups); ++i)
    workspaces_.emplace_back(network, network.layer_count(), true);
}

double BatchGradient::bytes(const Network& network, Index most_groups, const InputNoise& noise) {
  const double target = noise.any() ? static_cast<double>(network.input_size()) * sizeof(Lanes) : 0;
  return static_cast<double>(workspace_count(network, most_groups)) *
             (Workspace::bytes(network, network.layer_count(), true) + target) +
         static_cast<double>(network.parameter_count()) * sizeof(double) +
         static_cast<double>(network.prepared_count() + scratch_size(network, most_groups)) * sizeof(float);
}

void BatchGradient::book_times(TrainingProfile* profile) {
  profile_ = profile;
  forward_sums_.book_time(booked(&TrainingProfile::batch_sums));
  backward_sums_.book_time(booked(&TrainingProfile::batch_sums));
  if (profile_) profile_->layers.resize(static_cast<std::size_t>(network_.layer_count()));
}

bool BatchGradient::compute(ModelNumbers& numbers, Index groups, const Load& load, Index samples,
                            std::span<float> gradient) {
  state_before_ = numbers.state;
  for (;;) {
    {
      const TimeInto time(booked(&TrainingProfile::gradient_sum));
      gradient_sum_.clear();
      summed_from_ = network_.parameter_count();
      travelling_.reset();
    }
    run(numbers, groups, load, samples);
    if (profile_ && travelling_) profile_->overlapped += travelling_->seconds();
    const TimeInto time(booked(&TrainingProfile::gradient_sum));
    const auto outcome = gradient_sum_.reduce(comm_);
    if (outcome == AdaptiveSum::Outcome::not_finite) return false;
    if (outcome == AdaptiveSum::Outcome::done) break;
    numbers.state = state_before_;
  }
  for (std::size_t g = 0; g < static_cast<std::size_t>(groups); ++g) {
    loss_sum_.add(std::span<const double>(losses_).subspan(g, 1));
    penalty_sum_.add(std::span<const double>(penalties_).subspan(g, 1));
  }
  const TimeInto time(booked(&TrainingProfile::gradient_sum));
  gradient_sum_.take(1 / static_cast<double>(samples), gradient);
  for (Index i = 0; i < network_.layer_count(); ++i)
    network_.layer(i).gradient_from_batch(finished_[static_cast<std::size_t>(i)], samples,
                                          network_.parameters_of(i, gradient));
  return true;
}

void BatchGradient::run(ModelNumbers& numbers, Index groups, const Load& load, Index samples) {
  for (Index s = 0; s < segment_count(); ++s) forward_segment(s, groups, load, samples, numbers);
  for (Index s = segment_count() - 2; s >= 0; --s) {
    backward_first_layer(s + 1, groups, numbers.parameters, samples);
    gradients_are_complete_from(begin_of(s + 1));
    for (Index g = 0; g < groups; ++g) backward_segment(s, g, numbers.parameters, samples);
  }
}

// Once no group of this rank has anything to add to the layers from `layer` on.
void BatchGradient::gradients_are_complete_from(Index layer) {
  gradient_sum_.advance();
  if (comm_.size() == 1 || summed_from_ - network_.parameter_begin(layer) < least_message) return;
  summed_from_ = network_.parameter_begin(layer);
  gradient_sum_.start(comm_, layer);
  if (profile_ && !travelling_) travelling_.emplace();
}

void BatchGradient::forward_segment(Index segment, Index groups, const Load& load, Index samples,
                                    ModelNumbers& numbers) {
  const Index first = begin_of(segment), last = end_of(segment);
  for (Index i = first; i < last; ++i) {
    const Layer& layer = network_.layer(i);
    const auto state = network_.state_of(i, std::span<float>(numbers.state));
    std::span<const double> sums;
    if (layer.batch_sum_count() > 0)
      sums = forward_sums_.over(comm_, i, groups, [&](Index g, std::span<double> part) {
        const TimeInto time(forward_time(i));
        layer.add_forward_sums(state, workspace(g).output(i - 1), used_[static_cast<std::size_t>(g)], part);
      });
    const TimeInto time(booked(&TrainingProfile::prepare));
    layer.prepare_from_batch(network_.parameters_of(i, std::span<const float>(numbers.parameters)), sums, samples,
                             state, network_.prepared_of(i, std::span<float>(prepared_)));
  }
  Index from = first;
  if (first < last && network_.layer(first).is_wide()) {
    const TimeInto time(forward_time(first));
    forward_passes_.clear();
    for (Index g = 0; g < groups; ++g)
      forward_passes_.push_back(workspace(g).forward_pass(network_, numbers.parameters, prepared_, first,
                                                          &draws_[static_cast<std::size_t>(g)]));
    if (groups > 0) network_.layer(first).forward_groups(std::span<const Layer::Forward>(forward_passes_));
    ++from;
  }
  for (Index g = 0; g < groups; ++g) {
    const auto n = static_cast<std::size_t>(g);
    if (segment == 0) {
      const TimeInto time(booked(&TrainingProfile::load));
      Workspace& work = workspace(g);
      used_[n] = load(g, work.input(), draws_[n]);
      if (noise_.any()) work.keep_target();
      add_noise(noise_, draws_[n], network_.input_size(), work.input());
      if (profile_) profile_->samples += static_cast<double>(used_[n]);
    }
    for (Index i = from; i < last; ++i) {
      const TimeInto time(forward_time(i));
      network_.layer(i).forward(workspace(g).forward_pass(network_, numbers.parameters, prepared_, i, &draws_[n]));
    }
    if (segment < segment_count() - 1) continue;
    finish_group(g);
    backward_segment(segment, g, numbers.parameters, samples);
  }
}

// Loss, its gradient, and a look at what the group's code and output are like.
void BatchGradient::finish_group(Index group) {
  const TimeInto time(booked(&TrainingProfile::loss));
  Workspace& work = workspace(group);
  const Index used = used_[static_cast<std::size_t>(group)], top = network_.layer_count() - 1,
              size = network_.input_size();
  const auto each = losses_and_gradient(loss_, work.output(top), work.target(), size, used,
                                        network_.slope_below(top + 1), work.gradient(top));
  double loss = 0;
  for (Index l = 0; l < used; ++l) loss += each[static_cast<std::size_t>(l)];
  const double penalty = work.penalty(network_, used);
  penalties_[static_cast<std::size_t>(group)] = penalty;
  losses_[static_cast<std::size_t>(group)] = loss + penalty_weight_ * penalty;
  const Index pixels = network_.architecture().input.pixels();
  code_watch_.look(work.output(network_.encoder_end() - 1), 1, used);
  output_watch_.look(work.output(top), pixels, used);
  target_watch_.look(work.target(), pixels, used);
}

Layer::Backward BatchGradient::backward_pass(Index group, Index layer, std::span<const float> parameters,
                                             Index samples) {
  Layer::Backward pass = workspace(group).backward_pass(network_, parameters, prepared_, layer);
  pass.sums = finished_[static_cast<std::size_t>(layer)];
  pass.samples = samples;
  pass.used = used_[static_cast<std::size_t>(group)];
  pass.penalty_weight = static_cast<float>(penalty_weight_);
  pass.scratch = scratch_.data();
  pass.draws = &draws_[static_cast<std::size_t>(group)];
  return pass;
}

// The layer that begins a segment, once the segment is done for all groups: it waits for their sums, or does all of
// them at once.
void BatchGradient::backward_first_layer(Index segment, Index groups, std::span<const float> parameters,
                                         Index samples) {
  const Index first = begin_of(segment);
  const Layer& layer = network_.layer(first);
  if (layer.batch_sum_count() > 0)
    finished_[static_cast<std::size_t>(first)] =
        backward_sums_.over(comm_, first, groups, [&](Index g, std::span<double> part) {
          const TimeInto time(backward_time(first));
          layer.add_backward_sums(network_.prepared_of(first, std::span<const float>(prepared_)),
                                  workspace(g).output(first - 1), workspace(g).gradient(first), part);
        });
  const TimeInto time(backward_time(first));
  backward_passes_.clear();
  for (Index g = 0; g < groups; ++g) backward_passes_.push_back(backward_pass(g, first, parameters, samples));
  if (layer.batch_maximum_count() > 0) {
    maxima_.assign(static_cast<std::size_t>(layer.batch_maximum_count()), 0.0);
    layer.raise_maxima(std::span<const Layer::Backward>(backward_passes_), maxima_);
    comm_.max(maxima_);
    for (Layer::Backward& pass : backward_passes_) pass.maxima = maxima_;
    if (groups == 0) gradient_sum_.assign_zero(first);
  }
  if (groups == 0) return;
  layer.backward_groups(std::span<const Layer::Backward>(backward_passes_), gradient_sum_.section(first));
}

// One group through the rest of a segment.
void BatchGradient::backward_segment(Index segment, Index group, std::span<const float> parameters, Index samples) {
  const Index bottom = segment > 0 ? begin_of(segment) + 1 : 0;
  for (Index i = end_of(segment) - 1; i >= bottom; --i) {
    const TimeInto time(backward_time(i));
    network_.layer(i).backward(backward_pass(group, i, parameters, samples), gradient_sum_.section(i));
  }
  gradient_sum_.advance();
}

}  // namespace shoal
