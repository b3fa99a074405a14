#pragma once

namespace shoal {

/// From here on the signals TERM, USR1 and USR2 no longer end the program: they set a flag, and a job stops at the next
/// place where its state is whole. A second TERM ends it at once. Local.
void heed_signals();

/// Whether this rank was signalled since. Local.
bool stop_requested();

/// Seconds that Slurm still gives this job (SLURM_JOB_END_TIME); infinite where nobody knows. Local.
double seconds_until_slurm_ends();

}  // namespace shoal
