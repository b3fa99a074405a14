#include "k_range.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/core/text.hpp"
#include "shoal/job/table.hpp"

namespace shoal {

void add_choice_options(OptionSet& set, ChooseKOptions& options) {
  set.group("Choice of k, of --k FIRST:LAST");
  set.add_choice("choose-by", options.criterion, {criterion_names.begin(), criterion_names.end()},
                 "silhouette and calinski-harabasz: the largest; davies-bouldin: the least; gap: the first k that the "
                 "next does not beat");
  set.add("silhouette-rows", options.silhouette_rows,
          "sample for the silhouettes; 0: all rows exactly, whose work grows with their square")
      .at_least(0);
  set.add("gap-sets", options.gap_sets,
          "reference sets of the gap statistic, each as large as the data and clustered for each k; 0: no gap")
      .at_least(0);
}

void tell_choice_estimate(JobContext& job, Index rows, Index features, const ChooseKOptions& options) {
  const Index compared = options.silhouette_rows > 0 ? std::min(rows, options.silhouette_rows) : rows;
  const auto tried = static_cast<double>(options.last - options.first + 1);
  const double silhouettes = 2e-9 * tried * silhouette_multiply_adds(compared, features);
  job.log.info("estimate: " + format_number(silhouettes) + " GFLOP for the silhouettes of " + format_count(compared) +
               (compared < rows ? " sampled rows; " : " rows; ") + format_count(options.last - options.first + 1) +
               " fits of the data and " + format_count(options.gap_sets * (options.last - options.first + 1)) +
               " of reference sets");
  constexpr double much = 2e5;  // GFLOP: some hours of a core
  if (silhouettes > much)
    job.log.warn("exact silhouettes of " + format_count(compared) + " rows compare all pairs for each k: " +
                 format_number(silhouettes / 1000) + " TFLOP. A sample, e.g. --silhouette-rows 20000, takes " +
                 format_number(2e-9 * tried * silhouette_multiply_adds(20000, features)) + " GFLOP");
}

ChosenK choose_stage(JobContext& job, const RowSource& rows, const Shard& shard, const KMeansOptions& kmeans,
                     const ChooseKOptions& options, const Checkpoints& checkpoints) {
  ChosenK chosen = job.timings.measure("kmeans", [&] {
    const auto tell = [&](const ChooseKProgress& at) {
      job.log.info("k-means: k = " + std::to_string(at.k) +
                   (at.set > 0 ? ", reference set " + std::to_string(at.set) : ""));
    };
    return choose_k(job.comm, rows, shard.global, kmeans, options, tell, checkpoints);
  });
  Table table({"k", "inertia", "silhouette", "Davies-Bouldin", "Calinski-Harabasz", "gap", "its error"});
  const auto text = [](double value) { return std::isnan(value) ? std::string("-") : format_number(value, 5); };
  for (const ClusterQuality& q : chosen.qualities)
    table.add_row({std::to_string(q.k), text(q.inertia), text(q.silhouette), text(q.davies_bouldin),
                   text(q.calinski_harabasz), text(q.gap), text(q.gap_standard_error)});
  job.log.print(table.text());
  job.log.info("k-means: chosen k = " + std::to_string(chosen.result.centers.rows()) + " by " +
               criterion_names[static_cast<std::size_t>(options.criterion)] +
               (chosen.silhouette_rows < shard.global
                    ? "; silhouettes of a sample of " + format_count(chosen.silhouette_rows) + " rows"
                    : ""));
  return chosen;
}

void write_choice(OutputFile& file, const std::string& group, const ChosenK& chosen, const ChooseKOptions& options) {
  const std::vector<Index> dims{static_cast<Index>(chosen.qualities.size())};
  std::vector<std::int64_t> ks;
  for (const ClusterQuality& q : chosen.qualities) ks.push_back(q.k);
  file.write(group + "/k", ks, dims);
  file.describe(group + "/k", "", "numbers of clusters that were tried");
  const auto series = [&](const std::string& name, double ClusterQuality::*value, const std::string& text) {
    std::vector<double> values;
    for (const ClusterQuality& q : chosen.qualities) values.push_back(q.*value);
    file.write(group + "/" + name, values, dims);
    file.describe(group + "/" + name, "", text);
    file.label_dimensions(group + "/" + name, {"k"});
    file.attach_scale(group + "/" + name, 0, group + "/k");
  };
  series("inertia", &ClusterQuality::inertia, "sum of squared distances to the centres: look for its elbow");
  series("silhouette", &ClusterQuality::silhouette, "mean silhouette; large is good");
  series("davies_bouldin", &ClusterQuality::davies_bouldin, "Davies-Bouldin index; small is good");
  series("calinski_harabasz", &ClusterQuality::calinski_harabasz, "Calinski-Harabasz index; large is good");
  series("gap", &ClusterQuality::gap, "gap statistic; NaN without reference sets");
  series("gap_standard_error", &ClusterQuality::gap_standard_error, "of the gap statistic");
  file.attribute(group, "chosen_k", std::int64_t{chosen.result.centers.rows()});
  file.attribute(group, "chosen_by", criterion_names[static_cast<std::size_t>(options.criterion)]);
  file.attribute(group, "silhouette_rows", std::int64_t{chosen.silhouette_rows});
  file.attribute(group, "gap_sets", std::int64_t{options.gap_sets});
}

}  // namespace shoal
