#pragma once
#include <functional>
#include <string>
#include <vector>

namespace shoal {

/// The environment as it is now, "NAME=value" each. MPI adds variables of its own when it starts, which would make a
/// child's mpirun believe that it is part of this program: take it before.
std::vector<std::string> present_environment();

/// This program's own file.
std::string own_program();

/// Runs a program to its end, with stdin empty and both outputs in the file `log`, without a shell; a name without '/'
/// is looked up in PATH. When this process dies, or `stop()` after a signal or a second, the child gets SIGTERM, which
/// mpirun hands on. Returns its exit status, 128 + number of the signal that ended it, or 127 where it could not be
/// started. Local.
int run_program(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
                const std::string& log, const std::function<bool()>& stop = {});

}  // namespace shoal
