#include "shoal/job/launch.hpp"

#include <cstdlib>
#include <initializer_list>

namespace shoal {
namespace {

// The first of the variables that is set: the innermost launcher's come first, since mpirun may run under Slurm.
int first_number(std::initializer_list<const char*> variables, int otherwise) {
  for (const char* variable : variables)
    if (const char* text = std::getenv(variable)) return std::atoi(text);
  return otherwise;
}

}  // namespace

int launched_size() {
  return first_number({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"}, 0);
}

int launched_rank() {
  return first_number({"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"}, 0);
}

std::string warning_if_alone(const Communicator& comm) {
  const int tasks = first_number({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"}, 0);
  return warning_if_alone(tasks, comm.size());
}

std::string warning_if_alone(int started, int world) {
  if (started <= 1 || world > 1) return "";
  return std::to_string(started) +
         " processes were asked for, but this one sees no others: each would do all the work alone. Start shoal with "
         "the "
         "mpirun of the MPI library it was built with (shoal --version), or with srun --mpi=pmix";
}

}  // namespace shoal
