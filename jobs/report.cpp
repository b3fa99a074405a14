// shoal report RUN.h5: one HTML file that shows what happened and whether it is good; PNG figures for papers.
//   shoal report result.h5
//   shoal report result.h5 --data images.npy --labels labels.npy --figures figures
#include "job.hpp"
#include "report_stage.hpp"

namespace shoal {

Job report_job() {
  auto options = std::make_shared<ReportOptions>();
  auto set = std::make_shared<OptionSet>("report", "Shows a result: one HTML file that opens offline, and figures.");
  set->add("run", options->run, "what shoal pipeline, train, encode, pca, kmeans or score wrote")
      .required()
      .positional()
      .value_name("RUN");
  set->group("Data");
  set->add("data", options->data, "the run's samples, for pictures; default: its own --input, where it is still there")
      .value_name("FILE");
  set->add("labels", options->labels, "class of each sample, for colours; default: the run's own").value_name("FILE");
  set->add_choice("layout", options->layout, {"", "auto", "nhwc", "nchw", "ntc"}, "of the data; default: the run's");
  set->add("points", options->most_points, "most points in a map; of more rows every so manieth is shown").in(1, 4e6);
  set->group("Output");
  set->add("output", options->output, "the HTML file; default: RUN.html").not_stored().value_name("FILE");
  set->add("figures", options->figures, "directory to write each picture to, as a PNG file")
      .not_stored()
      .value_name("DIR");
  return {set, [options](JobContext& job) { write_report(job, *options); }, /*announce=*/false};
}

}  // namespace shoal
