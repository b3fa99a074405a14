#pragma once

namespace shoal {

/// From here on the signals TERM, USR1 and USR2 no longer end the program: they set a flag, and a job stops at the next
/// place where its state is whole. Local.
void heed_signals();

/// From here on they do nothing: the job has stopped and its exit status is settled. srun --kill-on-bad-exit sends TERM
/// to the other ranks as soon as the first one is gone, and theirs would count. Local.
void ignore_signals();

/// Whether this rank was signalled since. Local.
bool stop_requested();

/// Seconds that Slurm still gives this job (SLURM_JOB_END_TIME); infinite where nobody knows. Local.
double seconds_until_slurm_ends();

}  // namespace shoal
