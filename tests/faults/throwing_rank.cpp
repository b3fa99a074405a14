// A job that fails on purpose, for tests/faults/CMakeLists.txt:  mpirun -n 4 throwing_rank --how alone --rank 2 --code
// 3
#include <new>
#include <stdexcept>

#include "shoal/job/run_job.hpp"
#include "shoal/parallel/agreement.hpp"

namespace {

struct FaultOptions {
  std::string how = "alone";
  int rank = 0;
  int code = 1;
};

[[noreturn]] void fail(const FaultOptions& options) {
  if (options.how == "memory") throw std::bad_alloc();
  if (options.code == 1) throw std::runtime_error("the tank is empty");
  throw shoal::Error(static_cast<shoal::ExitCode>(options.code), "the tank is empty", "fill the tank");
}

void run(const shoal::JobContext& job, const FaultOptions& options) {
  const bool mine = job.comm.rank() == options.rank;
  if (options.how == "together") {
    shoal::agree(job.comm, [&] {
      if (mine) fail(options);
    });
  } else if (options.how == "pretended") {
    // An error said to be everywhere that is not: the others never come to MPI_Finalize.
    if (mine) throw shoal::Error(static_cast<shoal::ExitCode>(options.code), "the tank is empty").set_on_all_ranks();
  } else if (options.how != "nothing" && mine) {
    fail(options);
  }
  if (options.how == "nothing") return;
  for (;;) job.comm.sum(std::int64_t{1});  // what the other ranks are doing when one fails
}

}  // namespace

int main(int argc, char** argv) {
  FaultOptions options;
  shoal::OptionSet set("fault", "Fails as it is told.");
  set.add_choice("how", options.how, {"nothing", "alone", "together", "pretended", "memory"}, "which ranks throw what");
  set.add("rank", options.rank, "the rank that throws").at_least(0);
  set.add("code", options.code, "the exit code of its error; 1 is not an Error but a std::runtime_error").in(1, 75);
  return shoal::run_job(argc, argv, set, {.scope = {}, .announce = false},
                        [&](shoal::JobContext& job) { run(job, options); });
}
