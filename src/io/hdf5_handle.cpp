#include "hdf5_handle.hpp"

namespace shoal::hdf5 {
namespace {

// HDF5 starts before main, hence before MPI. Started later, it hooks itself into MPI_Finalize and flushes there what
// is still open: a file that an unwinding rank had to leave open then crashes or hangs the orderly end of a failed
// job (measured with 1.10.8). All files are closed by their owners, so that nothing is left for HDF5 to do at the end.
[[maybe_unused]] const bool started_before_mpi = [] {
  H5dont_atexit();
  return H5open() >= 0;
}();

}  // namespace

void silence() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

std::string innermost_message() {
  std::string message;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned depth, const H5E_error2_t* error, void* into) -> herr_t {
        if (depth == 0 && error->desc) *static_cast<std::string*>(into) = error->desc;
        return 0;
      },
      &message);
  return message.empty() ? "HDF5 gives no reason" : message;
}

}  // namespace shoal::hdf5
