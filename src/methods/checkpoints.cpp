#include "shoal/methods/checkpoints.hpp"

#include "shoal/core/error.hpp"

namespace shoal {

void stop_here() {
  throw Error(ExitCode::interrupted, "the state is saved",
              "run the same command again, on as many ranks as you like: it goes on from here")
      .set_on_all_ranks();
}

}  // namespace shoal
