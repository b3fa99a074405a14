#pragma once
#include <string>

#include "meter.hpp"
#include "shoal/nn/architecture.hpp"

namespace shoal::benchmark {

struct WorkloadOptions {
  ArchitectureOptions network;
  std::string shape = "3x32x32";  ///< (channels)x(height)x(width) of an image, or the length of a vector
  Index batch_size = 256;         ///< samples a step, over all ranks together
  Index rows = 4096;              ///< samples in memory, over all ranks together
  std::uint64_t seed = 0;
};

/// A network and random bytes to train it on: all that the benchmarks know of the training engine is in workload.cpp.
class Workload {
 public:
  /// Option errors: a network that does not fit the shape.
  explicit Workload(const WorkloadOptions& options);

  const Architecture& architecture() const { return architecture_; }
  Index batch_size() const { return batch_size_; }

  /// Whole training steps, bytes to updated parameters, until the meter has seen enough. Collective.
  void train(const Communicator& comm, Meter& meter) const;

  /// Bytes to codes, without reconstructions, `batch_size` samples a step over all ranks. Collective.
  void encode(const Communicator& comm, Meter& meter) const;

 private:
  Architecture architecture_;
  Index batch_size_, rows_;
  std::uint64_t seed_;
};

}  // namespace shoal::benchmark
