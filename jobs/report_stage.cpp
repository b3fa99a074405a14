#include "report_stage.hpp"

#include <filesystem>
#include <optional>

#include "report_pictures.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/result_file.hpp"
#include "shoal/io/text_file.hpp"
#include "shoal/job/provenance.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/report/figures.hpp"
#include "shoal/report/html.hpp"
#include "shoal/report/read_run.hpp"
#include "shoal/report/run_under_way.hpp"

namespace shoal {
namespace {

/// A file that the run was given: as it was named, or beside the result. Empty, with a warning, where it is gone.
std::string find_again(JobContext& job, const std::string& run, const std::string& option, const std::string& advice) {
  const std::string name = option_of_run(run, option);
  if (name.empty()) return "";
  const auto folder = std::filesystem::path(run).parent_path();
  for (const std::string& candidate :
       {name, (folder / name).string(), (folder / std::filesystem::path(name).filename()).string()}) {
    try {
      open_dataset(candidate);
      return candidate;
    } catch (const Error&) {
    }
  }
  job.log.warn("the run's --" + option + " " + name + " is not to be found" + advice);
  return "";
}

std::optional<Model> model_of(const std::string& run) {
  if (ResultFile(run).has("/model")) return read_model(run);
  const std::string path = option_of_run(run, "model");
  std::error_code missing;
  if (path.empty() || !std::filesystem::exists(path, missing)) return std::nullopt;
  return read_model(path);
}

void add_data(JobContext& job, RunReport& report, const ReportOptions& options) {
  const std::string data = !options.data.empty()
                               ? options.data
                               : find_again(job, options.run, "input", ", so there are no pictures; --data names it");
  if (data.empty() || report.points == 0) return;
  const DatasetInfo info = open_dataset(data);
  if (info.rows() != report.rows)
    throw input_error(info.name() + " has " + format_count(info.rows()) + " rows, but " + options.run + " has " +
                          format_count(report.rows),
                      "give the data that the run was made of: --data FILE");
  std::string layout = options.layout.empty() ? option_of_run(options.run, "layout") : options.layout;
  if (layout.empty()) layout = "auto";
  const SampleLayout samples = sample_layout(info, layout);
  const auto model = model_of(options.run);
  const bool fits = model && model->network.architecture().input == samples.shape;
  if (model && !fits) job.log.warn("the run's model is for other samples than " + info.name() + ": no reconstructions");
  add_pictures(report, info, samples, fits ? &*model : nullptr);
}

void add_labels(JobContext& job, RunReport& report, const ReportOptions& options) {
  const std::string name = !options.labels.empty() ? options.labels
                                                   : find_again(job, options.run, "labels",
                                                                ", so points have no classes; --labels names it");
  if (name.empty() || report.points == 0) return;
  const auto labels = read_labels(name, report.rows);
  std::vector<std::int64_t> clusters;
  if (!report.clusters.empty()) clusters = ResultFile(options.run).integers("/kmeans/labels");
  add_classes(report, labels, clusters);
}

/// Of a run that has not ended: how far it is.
RunReport report_of_output(JobContext& job, const ReportOptions& options) {
  const std::string under_way = under_way_path(options.run);
  if (std::error_code missing; std::filesystem::exists(under_way, missing)) {
    job.log.info("the run of " + options.run + " has not ended: this shows how far it is (" + under_way +
                 "; if nothing writes it any more, remove it to see an older result)");
    return report_of(read_under_way(under_way), options.run);
  }
  RunReport report = read_run(options.run, options.most_points);
  add_labels(job, report, options);
  add_data(job, report, options);
  return report;
}

}  // namespace

std::string report_path(const std::string& run) {
  return run.ends_with(".h5") ? run.substr(0, run.size() - 3) + ".html" : run + ".html";
}

void write_report(JobContext& job, const ReportOptions& options) {
  const std::string path = options.output.empty() ? report_path(options.run) : options.output;
  std::string page;
  job.timings.measure("report", [&] {
    RunReport report;
    agree(job.comm, [&] {
      if (!job.comm.is_root()) return;
      report = report_of_output(job, options);
      page = report_html(report);
    });
    // All are on the disk before the first gets its name: a full disk leaves the older ones as they were.
    TextFile file(job.comm, path, page);
    agree(job.comm, [&] {
      if (!job.comm.is_root() || options.figures.empty()) return;
      const auto figures = write_figures(report, options.figures);
      job.log.info("wrote " + format_count(std::ssize(figures)) + " figures to " + options.figures);
    });
    file.publish();
  });
  job.log.info("wrote " + path + " (" + format_bytes(static_cast<double>(page.size())) + "); open it in any browser");
}

}  // namespace shoal
