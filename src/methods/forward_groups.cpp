#include "shoal/methods/forward_groups.hpp"

namespace shoal {
namespace {

// The next wide layer, or the end.
Index next_wide(const Network& network, Index from, Index end) {
  while (from < end && !network.layer(from).is_wide()) ++from;
  return from;
}

Index groups_at_once(const Network& network, Index end) {
  return next_wide(network, 0, end) < end ? 16 : 1;
}

}  // namespace

ForwardGroups::ForwardGroups(const Network& network, const ModelNumbers& numbers, Index end)
    : network_(network),
      numbers_(numbers),
      end_(end),
      prepared_(static_cast<std::size_t>(network.prepared_count())),
      workspaces_(static_cast<std::size_t>(groups_at_once(network, end)), Workspace(network, end, false)) {
  network.prepare(numbers, prepared_);
}

void ForwardGroups::run(Index groups) {
  for (Index from = 0; from < end_;) {
    const Index wide = next_wide(network_, from, end_);
    for (Index g = 0; g < groups; ++g) group(g).forward(network_, numbers_.parameters, prepared_, from, wide);
    if (wide == end_) return;
    passes_.clear();
    for (Index g = 0; g < groups; ++g)
      passes_.push_back(group(g).forward_pass(network_, numbers_.parameters, prepared_, wide));
    network_.layer(wide).forward_groups(std::span<const Layer::Forward>(passes_));
    from = wide + 1;
  }
}

double ForwardGroups::bytes(const Network& network, Index end) {
  return static_cast<double>(network.prepared_count()) * sizeof(float) +
         static_cast<double>(groups_at_once(network, end)) * Workspace::bytes(network, end, false);
}

}  // namespace shoal
