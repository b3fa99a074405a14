#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace shoal::fuzz {

/// A changed copy of one of the seeds: number `index` of the run that `seed` names, always the same one. One to eight
/// changes: bits, bytes, numbers that are large, negative or near the file's size, pieces left out, put in, doubled or
/// taken from another seed, digits of text, and an early end.
class Mutation {
 public:
  Mutation(std::vector<std::string> seeds, std::uint64_t seed) : seeds_(std::move(seeds)), seed_(seed) {}

  std::string operator()(std::uint64_t index) const;

  /// Which of the seeds number `index` is made of.
  std::size_t origin(std::uint64_t index) const { return index % seeds_.size(); }

 private:
  std::vector<std::string> seeds_;
  std::uint64_t seed_;
};

}  // namespace shoal::fuzz
