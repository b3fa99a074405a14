// shoal JOB [options], alone or under mpirun: hands the command line to the job that it names.
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "job.hpp"
#include "run_checkpoints.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/hdf5_version.hpp"
#include "shoal/job/build_info.hpp"
#include "shoal/job/launch.hpp"
#include "shoal/job/processor.hpp"
#include "shoal/math/blas.hpp"

namespace {

using namespace shoal;

void print_usage(std::ostream& out, const std::vector<Job>& jobs) {
  out << "shoal: autoencoder, PCA and k-means of large unlabelled data, over any number of MPI ranks\n\n"
         "  mpirun -n RANKS shoal JOB [options]     or, on one core,     shoal JOB [options]\n\nJobs:\n";
  for (const auto& job : jobs) {
    std::string name = job.options->job();
    name.resize(13, ' ');
    out << "  " << name << job.options->summary() << "\n";
  }
  out << "\nshoal resume OUTPUT goes on with a run that was stopped.\n";
  out << "shoal JOB --help lists a job's options; shoal --version tells what the program was built with.\n"
         "Start with: mpirun -n 2 shoal pipeline --input images.npy --k 10 --output result.h5\n";
}

}  // namespace

int main(int argc, char** argv) {
  check_processor();
  std::vector<Job> jobs{pipeline_job(), train_job(),   encode_job(), reconstruct_job(), pca_job(),     kmeans_job(),
                        embed_job(),    score_job(),   probe_job(),  sweep_job(),       scaling_job(), report_job(),
                        inspect_job(),  convert_job(), doctor_job(), network_job()};
  std::string word = argc > 1 ? argv[1] : "--help";
  const bool first = launched_rank() <= 0;
  // Only the one that explains fails: mpirun ends all others at the first failure, also one that is about to speak.
  const int failed = first ? static_cast<int>(ExitCode::options) : 0;
  if (word == "--help" || word == "-h" || word == "help") {
    if (first) print_usage(std::cout, jobs);
    return argc > 1 ? 0 : failed;
  }
  if (word == "--version" || word == "version") {
    if (first) std::cout << version_text(build_info(hdf5_version(), blas_description()));
    return 0;
  }
  std::vector<std::string> resumed;  // the arguments of a run that was stopped
  std::vector<char*> resumed_pointers;
  if (word == "resume") {
    try {
      if (argc < 3) throw option_error("name the output of a run that was stopped", "shoal resume result.h5");
      resumed = arguments_of_run(argv[2], {argv + 3, argv + argc});
      word = resumed.front();
      resumed_pointers.push_back(argv[0]);
      for (auto& argument : resumed) resumed_pointers.push_back(argument.data());
      argc = static_cast<int>(resumed_pointers.size());
      resumed_pointers.push_back(nullptr);  // where lists of arguments end, for MPI too
      argv = resumed_pointers.data();
    } catch (const Error& error) {
      if (first) std::cerr << "shoal resume: error: " << error.what() << "\n  hint: " << error.hint() << "\n";
      return first ? static_cast<int>(error.code()) : 0;
    }
  }
  OptionScope scope;
  std::vector<std::string> names;
  Job* chosen = nullptr;
  for (auto& job : jobs) {
    names.push_back(job.options->job());
    if (job.options->job() == word) {
      chosen = &job;
      scope.sections.insert(word);
    } else {
      scope.known_elsewhere.merge(job.options->names());
      scope.other_sections.insert(job.options->job());
    }
  }
  if (!chosen) {
    const std::string near = closest(word, names);
    if (first)
      std::cerr << "shoal: there is no job \"" << word << "\""
                << (near.empty() ? "" : "; did you mean \"" + near + "\"?") << "\n  hint: the jobs are " << join(names)
                << "\n";
    return failed;
  }
  use_one_blas_thread();
  return run_job(argc - 1, argv + 1, *chosen->options, {scope, chosen->announce}, chosen->body);
}
