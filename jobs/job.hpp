#pragma once
// A job of the program: its options, and what it does with them.
#include <functional>
#include <memory>

#include "shoal/job/options.hpp"
#include "shoal/job/run_job.hpp"

namespace shoal {

struct Job {
  std::shared_ptr<OptionSet> options;  ///< bound to variables that `body` keeps alive
  std::function<void(JobContext&)> body;
  bool announce = true;  ///< print the resolved options first and the timings last
};

Job inspect_job();
Job convert_job();
Job doctor_job();
Job train_job();
Job encode_job();
Job reconstruct_job();
Job pca_job();
Job kmeans_job();
Job embed_job();
Job score_job();
Job report_job();
Job probe_job();
Job sweep_job();
Job scaling_job();
Job network_job();
Job pipeline_job();

}  // namespace shoal
