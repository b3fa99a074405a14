#include "option_groups.hpp"

namespace shoal {

void add_input_option(OptionSet& set, DataOptions& options) {
  set.group("Data");
  set.add("input", options.input, "images, sequences or vectors: .npy, IDX, IDX.gz, or HDF5 as file.h5:/path")
      .required()
      .positional()
      .value_name("FILE");
}

void add_image_options(OptionSet& set, DataOptions& options) {
  add_input_option(set, options);
  set.add_choice("layout", options.layout, {"auto", "nhwc", "nchw", "ntc"},
                 "ntc: sequences of t steps of c numbers; nhwc, nchw: images; auto: images, and of four dimensions the "
                 "one of at most 4 are the channels");
}

void add_output_options(OptionSet& set, OutputOptions& options, const std::string& default_output) {
  options.output = default_output;
  set.group("Output");
  set.add("output", options.output, "HDF5 file of the results; a .json of the same name says how they came about")
      .not_stored()
      .value_name("FILE");
  set.add("dry-run", options.dry_run, "print the options, the shards and the estimate of memory and work, then stop")
      .not_stored();
}

void add_scale_option(OptionSet& set, std::string& scale) {
  set.add_choice("scale", scale, {"auto", "unit", "standardize", "none"},
                 "unit: to [0, 1] by type; standardize: each channel to mean 0, deviation 1; auto: unit for bytes and "
                 "16 bits, else none if in [0, 1], else standardize");
}

void add_network_options(OptionSet& set, ArchitectureOptions& options) {
  set.group("Network");
  set.add("network", options.preset,
          "conv, baseline, deep, vae (images), lstm, gru (sequences), dense (vectors); auto: conv, lstm or dense by "
          "the data");
  set.add("code", options.code, "numbers in the code, for the networks above").at_least(1);
  set.add("encoder", options.encoder, "own layers, e.g. \"conv 8 k3 s2 p1, relu, dense 32\"").value_name("LAYERS");
  set.add("decoder", options.decoder, "own layers back to the image; default: the encoder mirrored")
      .value_name("LAYERS");
  set.add_choice("output-activation", options.output_activation,
                 {"auto", "linear", "relu", "leakyrelu", "sigmoid", "tanh"},
                 "behind the mirrored decoder's last layer; auto: sigmoid for --loss bce, leakyrelu for data scaled to "
                 "[0, 1] by type, else linear (docs/running.md)");
}

void add_pca_options(OptionSet& set, PcaOptions& options) {
  set.group("PCA");
  set.add("components", options.components, "number of components").at_least(1);
  set.add("variance", options.variance_fraction, "if above 0: as many components as explain this share of the variance")
      .in(0, 1);
  set.add("whiten", options.whiten, "scale the scores to unit variance");
  set.add_choice(
      "solver", options.solver, solver_names(),
      "covariance: its eigenvectors; randomized: leading ones without a d x d matrix; tsqr: badly conditioned "
      "rows; auto chooses and says why");
  set.add("power-iterations", options.power_iterations, "of the randomized solver, a pass over the rows each")
      .at_least(0);
}

void add_kmeans_options(OptionSet& set, KMeansOptions& options) {
  set.group("k-means");
  set.add("k", options.k, "number of clusters").at_least(1);
  set.add("n-init", options.n_init, "starts, of which the best is kept").at_least(1);
  set.add_choice(
      "start", options.start, {"k-means++", "parallel", "random"},
      "where the centres are at first: k-means++; parallel: k-means||, for very many rows and clusters; or rows "
      "at random");
  set.add("max-iterations", options.max_iterations, "of each start").at_least(1);
  set.add("tolerance", options.tolerance, "stop when the centres move less, relative to the mean variance").at_least(0);
}

void add_seed_option(OptionSet& set, std::uint64_t& seed) {
  set.group("Randomness");
  set.add("seed", seed, "of weights, batches and starts; the number of ranks plays no part");
}

}  // namespace shoal
