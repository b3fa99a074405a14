#include "shoal/nn/workspace.hpp"

#include <algorithm>

namespace shoal {

Workspace::Workspace(const Network& network, Index end, bool training) {
  auto largest = static_cast<std::size_t>(network.input_size());
  values_.emplace_back(largest);
  places_.push_back(0);
  for (Index i = 0; i < end; ++i) {
    const auto size = static_cast<std::size_t>(network.layer(i).output_size());
    const LayerKind kind = network.layer(i).spec().kind;
    if (kind != LayerKind::skip) values_.emplace_back(size);
    places_.push_back(values_.size() - 1);
    past_.emplace_back(training && kind == LayerKind::join ? size : 0);
    kept_.emplace_back(training ? static_cast<std::size_t>(network.layer(i).kept_count()) : 0);
    largest = std::max(largest, size);
  }
  if (training) gradients_.assign(2, AlignedVector<Lanes>(largest));
}

double Workspace::bytes(const Network& network, Index end, bool training) {
  Index total = network.input_size(), largest = total;
  for (Index i = 0; i < end; ++i) {
    const Layer& layer = network.layer(i);
    const LayerKind kind = layer.spec().kind;
    if (kind != LayerKind::skip) total += layer.output_size();
    if (training) total += layer.kept_count() + (kind == LayerKind::join ? layer.output_size() : 0);
    largest = std::max(largest, layer.output_size());
  }
  return static_cast<double>(total + (training ? 2 * largest : 0)) * sizeof(Lanes);
}

Lanes* Workspace::gradient_past(const Network& network, Index i) {
  const Index partner = network.partner(i);
  return partner < 0 ? nullptr : past_[static_cast<std::size_t>(std::max(i, partner))].data();
}

Layer::Forward Workspace::forward_pass(const Network& network, std::span<const float> parameters,
                                       std::span<const float> prepared, Index i, const GroupDraws* draws) {
  auto& kept = kept_[static_cast<std::size_t>(i)];
  return {.parameters = network.parameters_of(i, parameters),
          .prepared = network.prepared_of(i, prepared),
          .x = output(i - 1),
          .y = output(i),
          .kept = kept.empty() ? nullptr : kept.data(),
          .draws = draws,
          .past = network.layer(i).spec().kind == LayerKind::join ? output(network.partner(i)) : nullptr};
}

Layer::Backward Workspace::backward_pass(const Network& network, std::span<const float> parameters,
                                         std::span<const float> prepared, Index i) {
  Layer::Backward pass{};
  pass.parameters = network.parameters_of(i, parameters);
  pass.prepared = network.prepared_of(i, prepared);
  pass.x = output(i - 1);
  pass.y = output(i);
  pass.kept = kept_[static_cast<std::size_t>(i)].data();
  pass.dy = gradient(i);
  pass.dx = i > 0 ? gradient(i - 1) : nullptr;
  pass.below_slope = network.slope_below(i);
  pass.past = gradient_past(network, i);
  return pass;
}

void Workspace::forward(const Network& network, std::span<const float> parameters, std::span<const float> prepared,
                        Index first, Index last, const GroupDraws* draws) {
  for (Index i = first; i < last; ++i) network.layer(i).forward(forward_pass(network, parameters, prepared, i, draws));
}

double Workspace::penalty(const Network& network, Index used) {
  double sum = 0;
  for (Index i = 0; i < network.layer_count(); ++i) {
    if (!network.layer(i).has_penalty()) continue;
    const auto each = network.layer(i).penalties(output(i - 1));
    for (Index l = 0; l < used; ++l) sum += each[static_cast<std::size_t>(l)];
  }
  return sum;
}

}  // namespace shoal
