#pragma once
#include <vector>

#include "shoal/nn/network.hpp"
#include "shoal/nn/workspace.hpp"

namespace shoal {

/// A trained network's forward pass over several lane groups at once, where it has wide layers, so that their weights
/// are read once for all of them; otherwise over one group, whose activations stay in the nearest caches.
/// Not collective. A sample's result does not depend on the others.
class ForwardGroups {
 public:
  /// Layers [0, end) of the network with these numbers, both kept by reference.
  ForwardGroups(const Network& network, const ModelNumbers& numbers, Index end);

  /// How many groups there is room for.
  Index count() const { return static_cast<Index>(workspaces_.size()); }
  /// Where group g's input is put, and its outputs found.
  Workspace& group(Index g) { return workspaces_[static_cast<std::size_t>(g)]; }

  /// Runs the first `groups` groups.
  void run(Index groups);

  /// Memory of one of these.
  static double bytes(const Network& network, Index end);

 private:
  const Network& network_;
  const ModelNumbers& numbers_;
  Index end_;
  AlignedVector<float> prepared_;
  std::vector<Workspace> workspaces_;
  std::vector<Layer::Forward> passes_;
};

}  // namespace shoal
