#pragma once
// Options that several jobs share: the structs' defaults are the truth, these bind them to names.
#include <string>

#include "shoal/job/options.hpp"
#include "shoal/methods/kmeans.hpp"
#include "shoal/methods/pca.hpp"
#include "shoal/nn/architecture.hpp"

namespace shoal {

/// Which data, and how they are read.
struct DataOptions {
  std::string input;
  std::string layout = "auto";
};

/// Where results go, and whether to stop after the estimate.
struct OutputOptions {
  std::string output;
  bool dry_run = false;
};

/// --input, for rows of any kind; add_image_options has --layout as well.
void add_input_option(OptionSet& set, DataOptions& options);
void add_image_options(OptionSet& set, DataOptions& options);
void add_output_options(OptionSet& set, OutputOptions& options, const std::string& default_output);
void add_scale_option(OptionSet& set, std::string& scale);
void add_network_options(OptionSet& set, ArchitectureOptions& options);
void add_pca_options(OptionSet& set, PcaOptions& options);
/// `seed` is left out where another group has it already. `range`: takes --k, in place of options.k.
void add_kmeans_options(OptionSet& set, KMeansOptions& options, IndexRange* range = nullptr);
void add_seed_option(OptionSet& set, std::uint64_t& seed);

}  // namespace shoal
