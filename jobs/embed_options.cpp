#include "embed_options.hpp"

#include <unistd.h>

#include <algorithm>
#include <functional>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/methods/affinities.hpp"
#include "shoal/methods/grid_repulsion.hpp"

namespace shoal {

void add_embed_options(OptionSet& set, EmbedOptions& options) {
  add_input_option(set, options.data);
  set.add("labels", options.labels, "class of each row, to judge the map by; never fitted to").value_name("FILE");
  set.add("apply", options.apply, "place the rows into the t-SNE map in this file instead of fitting")
      .value_name("FILE");
  set.add("fitted", options.fitted, "with --apply: the rows that the map was fitted to").value_name("FILE");
  set.group("Map");
  set.add_choice("method", options.map.method, {"tsne", "pca"}, "t-SNE, or the first two principal components");
  set.add("perplexity", options.map.tsne.perplexity, "how many neighbours count, nearly; below a third of the rows")
      .at_least(1);
  set.add("iterations", options.map.tsne.iterations, "at most").at_least(1);
  set.add("patience", options.map.tsne.patience, "stop after so many iterations in which the divergence has not fallen")
      .at_least(1);
  set.add_choice(
      "gradient", options.gradient, {"auto", "exact", "barnes-hut", "fft"},
      "exact: all pairs; barnes-hut: far points together; fft: on a grid; auto: exact up to 2,048 rows, else fft");
  set.add_choice("neighbors", options.map.neighbors, {"auto", "exact", "approximate"},
                 "exact: among all rows; approximate: in cells, 97% of them; auto: exact up to 50,000 rows");
  set.add("theta", options.map.tsne.theta, "of barnes-hut: smaller is more exact").in(0, 1);
  set.add("exaggeration", options.map.tsne.exaggeration, "factor of the affinities in the first iterations")
      .at_least(1);
  set.add("exaggeration-iterations", options.map.tsne.exaggeration_iterations, "how many those are").at_least(0);
  set.add("learning-rate", options.map.tsne.learning_rate, "0: the larger of 50 and rows / (4 exaggeration)")
      .at_least(0);
  set.add_choice("start", options.start, {"pca", "random"}, "where the points start");
  add_seed_option(set, options.map.tsne.seed);
  add_checkpoint_options(set, options.checkpoints);
  add_output_options(set, options.output, "embedding.h5");
}

bool in_cells(const MapOptions& options, Index n) {
  constexpr Index most_exact = 50000;
  return options.neighbors == "approximate" || (options.neighbors == "auto" && n > most_exact);
}

EmbedCost embed_cost(const MapOptions& options, Index n, Index d, int ranks) {
  // Measured on one core of docs/benchmarks.md: multiply-adds of the search, pairs, and points of the grid method.
  constexpr double multiply_adds = 15e9, pairs = 4e9, grid_points = 1.2e6;
  constexpr Index usual_grid = 900;  // nodes a side
  const auto rows = static_cast<double>(n), share = rows / ranks;
  const auto k = static_cast<double>(neighbors_for(options.tsne.perplexity, n));
  const bool all_pairs = TsneGradient::chosen(options.tsne.gradient, n) == GradientMethod::exact;
  EmbedCost cost;
  cost.bytes = share * (2 * sizeof(float) * static_cast<double>(d) + 96 * k) + 32 * rows +
               (all_pairs ? 0 : GridRepulsion::bytes(usual_grid, ranks));
  constexpr double looked_at = 0.1, row_seconds = 40e-6;  // of cells; what cells and candidates cost besides
  cost.neighbor_seconds = share * rows * static_cast<double>(d + 8) / multiply_adds;
  if (in_cells(options, n)) cost.neighbor_seconds = looked_at * cost.neighbor_seconds + share * row_seconds;
  cost.map_seconds =
      static_cast<double>(options.tsne.iterations) * (all_pairs ? share * rows / pairs : share / grid_points);
  return cost;
}

void tell_embed_cost(JobContext& job, const EmbedCost& cost) {
  job.log.info("estimate: " + format_bytes(cost.bytes) + " a rank, about " + format_duration(cost.neighbor_seconds) +
               " for neighbours and " + format_duration(cost.map_seconds) + " for the map on idle cores");
  const auto host = static_cast<std::int64_t>(std::hash<std::string>{}(host_name()));
  const auto hosts = job.comm.gather(host);
  const auto here = static_cast<double>(std::count(hosts.begin(), hosts.end(), host));
  const double memory = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  const double lacking = job.comm.max(cost.bytes * here - memory);
  if (lacking <= 0) return;
  throw option_error("the map needs " + format_bytes(cost.bytes) + " a rank, which is " + format_bytes(lacking) +
                         " more than a machine has for its ranks",
                     "take more machines, a smaller --perplexity, or a part of the rows")
      .set_on_all_ranks();
}

}  // namespace shoal
