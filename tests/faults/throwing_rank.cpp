// A job that fails on purpose, for tests/faults/CMakeLists.txt:  mpirun -n 4 throwing_rank --how alone --rank 2 --code
// 3
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <list>
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

// Takes memory, and uses it, until there is none: the limit stands for a machine's end.
[[noreturn]] void use_up_memory() {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = rlim_t{2} << 30;
  setrlimit(RLIMIT_AS, &limit);
  std::list<std::string> blocks;
  for (;;) blocks.emplace_back(std::size_t{1} << 20, 'x');
}

[[noreturn]] void fail(const FaultOptions& options) {
  if (options.how == "memory") throw std::bad_alloc();
  if (options.how == "all-memory") use_up_memory();
  if (options.how == "segfault") std::raise(SIGSEGV);
  if (options.how == "killed") std::raise(SIGKILL);
  if (options.how == "terminated") std::terminate();
  if (options.how == "exits") std::exit(0);  // without MPI_Finalize, as a library might
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
  } else if (options.how != "nothing" && options.how != "differently" && mine) {
    fail(options);
  }
  if (options.how == "nothing") return;
  if (options.how == "differently") {  // a bug: one rank waits in another call than the others
    const shoal::Communicator checked(job.comm.handle(), shoal::Checks::on);
    if (mine) checked.barrier();
    for (;;) checked.sum(std::int64_t{1});
  }
  for (;;) job.comm.sum(std::int64_t{1});  // what the other ranks are doing when one fails
}

}  // namespace

int main(int argc, char** argv) {
  FaultOptions options;
  shoal::OptionSet set("fault", "Fails as it is told.");
  set.add_choice("how", options.how,
                 {"nothing", "alone", "together", "pretended", "memory", "all-memory", "segfault", "killed",
                  "terminated", "exits", "differently"},
                 "which ranks throw what");
  set.add("rank", options.rank, "the rank that throws").at_least(0);
  set.add("code", options.code, "the exit code of its error; 1 is not an Error but a std::runtime_error").in(1, 75);
  return shoal::run_job(argc, argv, set, {.scope = {}, .announce = false},
                        [&](shoal::JobContext& job) { run(job, options); });
}
