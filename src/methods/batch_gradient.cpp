#include "shoal/methods/batch_gradient.hpp"

#include <algorithm>
#include <cmath>

namespace shoal {
namespace {

// Sums of activations, their squares and gradients over a batch, whatever their scale.
constexpr int batch_sum_exponent = 60, batch_sum_levels = 4;

std::vector<Index> segment_begins(const Network& network) {
  std::vector<Index> begins{0};
  for (Index i = 0; i < network.layer_count(); ++i)
    if (network.layer(i).batch_sum_count() > 0) begins.push_back(i);
  begins.push_back(network.layer_count());
  return begins;
}

}  // namespace

BatchGradient::BatchGradient(const Communicator& comm, const Network& network, Index most_groups, int input_exponent,
                             const LossOptions& loss)
    : comm_(comm),
      network_(network),
      loss_(loss),
      begins_(segment_begins(network)),
      used_(static_cast<std::size_t>(most_groups), 0),
      prepared_(static_cast<std::size_t>(network.prepared_count())),
      partial_(static_cast<std::size_t>(network.parameter_count())),
      // Gradients of a mean square grow with the square of the data (those of the other losses by less); 2^24 above
      // that is no training any more.
      gradient_sum_(network.parameter_count(), 24 + 2 * std::max(0, input_exponent)),
      loss_sum_(1, 84, 4),
      code_watch_(network.architecture().code_size()),
      output_watch_(network.architecture().input.channels),
      target_watch_(network.architecture().input.channels) {
  const Index workspaces = segment_count() > 1 ? most_groups : std::min<Index>(most_groups, 1);
  for (Index i = 0; i < workspaces; ++i) workspaces_.emplace_back(network, network.layer_count(), true);
}

double BatchGradient::bytes(const Network& network, Index most_groups) {
  const bool one_segment = segment_begins(network).size() == 2;
  const double workspaces = static_cast<double>(one_segment ? std::min<Index>(most_groups, 1) : most_groups);
  return workspaces * Workspace::bytes(network, network.layer_count(), true) +
         static_cast<double>(network.parameter_count()) * (sizeof(float) + 2 * sizeof(std::int64_t)) +
         static_cast<double>(network.prepared_count()) * sizeof(float);
}

bool BatchGradient::compute(ModelNumbers& numbers, Index groups, const Load& load, Index samples,
                            std::span<float> gradient) {
  gradient_sum_.clear();
  for (Index s = 0; s < segment_count(); ++s) forward_segment(s, groups, load, samples, numbers);
  for (Index s = segment_count() - 2; s >= 0; --s) {
    const Index normalisation = begin_of(s + 1);
    const Layer& layer = network_.layer(normalisation);
    ExactSum sums(layer.batch_sum_count(), batch_sum_exponent, batch_sum_levels);
    std::vector<double> part(static_cast<std::size_t>(layer.batch_sum_count()));
    for (Index g = 0; g < groups; ++g) {
      std::fill(part.begin(), part.end(), 0.0);
      layer.add_backward_sums(network_.prepared_of(normalisation, std::span<const float>(prepared_)),
                              workspace(g).output(normalisation - 1), workspace(g).gradient(normalisation),
                              used_[static_cast<std::size_t>(g)], part);
      sums.add(std::span<const double>(part));
    }
    sums.reduce(comm_);
    backward_sums_ = sums.values();
    for (Index g = 0; g < groups; ++g) backward_segment(s, g, numbers.parameters, samples);
  }
  gradient_sum_.reduce(comm_);
  if (std::isnan(gradient_sum_[0])) return false;
  const double inverse = 1 / static_cast<double>(samples);
  for (Index i = 0; i < gradient_sum_.size(); ++i)
    gradient[static_cast<std::size_t>(i)] = static_cast<float>(gradient_sum_[i] * inverse);
  return true;
}

void BatchGradient::forward_segment(Index segment, Index groups, const Load& load, Index samples,
                                    ModelNumbers& numbers) {
  const Index first = begin_of(segment), last = begin_of(segment + 1);
  for (Index i = first; i < last; ++i) {
    const Layer& layer = network_.layer(i);
    std::vector<double> finished;
    if (layer.batch_sum_count() > 0) {
      ExactSum sums(layer.batch_sum_count(), batch_sum_exponent, batch_sum_levels);
      std::vector<double> part(static_cast<std::size_t>(layer.batch_sum_count()));
      for (Index g = 0; g < groups; ++g) {
        std::fill(part.begin(), part.end(), 0.0);
        layer.add_forward_sums(workspace(g).output(i - 1), used_[static_cast<std::size_t>(g)], part);
        sums.add(std::span<const double>(part));
      }
      sums.reduce(comm_);
      finished = sums.values();
    }
    layer.prepare_from_batch(network_.parameters_of(i, std::span<const float>(numbers.parameters)), finished, samples,
                             network_.state_of(i, std::span<float>(numbers.state)),
                             network_.prepared_of(i, std::span<float>(prepared_)));
  }
  for (Index g = 0; g < groups; ++g) {
    Workspace& work = workspace(g);
    if (segment == 0) used_[static_cast<std::size_t>(g)] = load(g, work.input());
    work.forward(network_, numbers.parameters, prepared_, first, last);
    if (segment == segment_count() - 1) {
      finish_group(g);
      backward_segment(segment, g, numbers.parameters, samples);
    }
  }
}

// Loss, its gradient, and a look at what the group's code and output are like.
void BatchGradient::finish_group(Index group) {
  Workspace& work = workspace(group);
  const Index used = used_[static_cast<std::size_t>(group)], top = network_.layer_count() - 1,
              size = network_.input_size();
  const auto each = losses_and_gradient(loss_, work.output(top), work.input(), size, used, work.gradient(top));
  double loss = 0;
  for (Index l = 0; l < used; ++l) loss += each[static_cast<std::size_t>(l)];
  loss_sum_.add(std::span<const double>(&loss, 1));
  const Index pixels = network_.architecture().input.pixels();
  code_watch_.look(work.output(network_.encoder_end() - 1), 1, used);
  output_watch_.look(work.output(top), pixels, used);
  target_watch_.look(work.input(), pixels, used);
}

// From the layer that begins the next segment (its sums are finished now) down to this segment's first layer; that
// one itself, when it needs sums, waits for those of the other groups and ranks.
void BatchGradient::backward_segment(Index segment, Index group, std::span<const float> parameters, Index samples) {
  const bool is_last = segment == segment_count() - 1;
  const Index top = is_last ? network_.layer_count() - 1 : begin_of(segment + 1);
  const Index bottom = segment > 0 ? begin_of(segment) + 1 : 0;
  if (top < bottom) return;
  const Index begin = network_.parameter_begin(bottom), end = network_.parameter_begin(top + 1);
  std::fill(partial_.begin() + begin, partial_.begin() + end, 0.0f);
  Workspace& work = workspace(group);
  for (Index i = top; i >= bottom; --i) {
    const Layer& layer = network_.layer(i);
    const std::span<const double> sums =
        layer.batch_sum_count() > 0 ? std::span<const double>(backward_sums_) : std::span<const double>{};
    layer.backward({network_.parameters_of(i, parameters), network_.prepared_of(i, std::span<const float>(prepared_)),
                    sums, samples, used_[static_cast<std::size_t>(group)], work.output(i - 1), work.output(i),
                    work.gradient(i), i > 0 ? work.gradient(i - 1) : nullptr},
                   network_.parameters_of(i, std::span<float>(partial_)));
  }
  gradient_sum_.add(
      std::span<const float>(partial_).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)),
      begin);
}

double BatchGradient::take_loss() {
  loss_sum_.reduce(comm_);
  const double loss = loss_sum_[0];
  loss_sum_.clear();
  return loss;
}

}  // namespace shoal
