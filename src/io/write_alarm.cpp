#include "write_alarm.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>

#include "shoal/core/error.hpp"

namespace shoal {
namespace {

struct Watched {
  const Communicator* comm = nullptr;
  const std::string* path = nullptr;
  const std::string* partial = nullptr;
};

// MPI hands its error handlers the file alone: what else they need lies here.
Watched watched;

// Variadic, as MPI declares its handlers.
void on_failure(MPI_File*, int* code, ...) {  // NOLINT(readability-non-const-parameter): MPI's type
  if (!watched.comm) return;
  std::array<char, MPI_MAX_ERROR_STRING + 1> why{};
  int length = 0;
  MPI_Error_string(*code, why.data(), &length);
  std::fprintf(stderr,
               "shoal: rank %d of %d on %s: '%s' cannot be written (metadata): %s\n"
               "  hint: Is there space left on the disk (df -h)? Nothing is left behind; an older file is untouched.\n",
               watched.comm->rank(), watched.comm->size(), host_name().c_str(), watched.path->c_str(), why.data());
  ::unlink(watched.partial->c_str());
  watched.comm->abort(static_cast<int>(ExitCode::output));
}

}  // namespace

void WriteAlarm::listen() {
  [[maybe_unused]] static const bool listening = [] {
    MPI_Errhandler handler = MPI_ERRHANDLER_NULL;
    MPI_File_create_errhandler(on_failure, &handler);
    // For a file that is null: what all files get that are opened later.
    return MPI_File_set_errhandler(MPI_FILE_NULL, handler) == MPI_SUCCESS;
  }();
}

WriteAlarm::WriteAlarm(const Communicator& comm, const std::string& path, const std::string& partial) {
  if (comm.size() > 1) watched = {&comm, &path, &partial};
}

WriteAlarm::~WriteAlarm() {
  watched = {};
}

}  // namespace shoal
