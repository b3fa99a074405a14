// A cluster that is not fit, for any program: preloaded (LD_PRELOAD), it does one thing badly, as such clusters do.
//   UNFIT=blas     OpenBLAS keeps the threads that it was started with (OPENBLAS_NUM_THREADS), whoever asks for one
//   UNFIT=threads  MPI grants no threads beside the one that calls it
//   UNFIT=sums     sums of more than a megabyte take another 100 ms, as over a slow network
//   UNFIT=locks    each gets the lock on a file that another holds, as on file systems where machines have their own
//   UNFIT=nolocks  there are no locks, as on NFS without its lock daemon
#include <dlfcn.h>
#include <mpi.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace {

bool is_unfit(const char* what) {
  const char* unfit = std::getenv("UNFIT");
  return unfit && std::strcmp(unfit, what) == 0;
}

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

void openblas_set_num_threads(int threads) {
  if (!is_unfit("blas")) real<void (*)(int)>("openblas_set_num_threads")(threads);
}

int MPI_Query_thread(int* level) {
  const int status = PMPI_Query_thread(level);
  if (is_unfit("threads")) *level = MPI_THREAD_SINGLE;
  return status;
}

int MPI_Allreduce(const void* from, void* to, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm) {
  constexpr int large = 1 << 17, microseconds = 100000;  // numbers
  if (is_unfit("sums") && count > large) usleep(microseconds);
  return PMPI_Allreduce(from, to, count, type, op, comm);
}

int flock(int file, int operation) {
  if (is_unfit("locks")) return 0;
  if (is_unfit("nolocks")) {
    errno = ENOLCK;
    return -1;
  }
  return real<int (*)(int, int)>("flock")(file, operation);
}

}  // extern "C"
