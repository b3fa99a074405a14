#!/usr/bin/env bash
# A training that Slurm warns twice in its midst: it writes a checkpoint, ends with 75, comes back and goes on, in the end
# with the bits of a run that nobody disturbed.
. "$(dirname "$0")/../program/lib.sh"
. "$(dirname "$0")/cluster.sh"

# Steps of many images, for a run of some seconds in few exchanges: each is slow where other tests keep the cores.
make_data images.npy 2000x12x12
training=(train images.npy --code 4 --batch-size 512 --epochs 500)
must 2 "${training[@]}" --output alone.h5
export SHOAL=$TEST_PROGRAM TEMPLATES=$TEST_TEMPLATES
cluster_up

# Beside it, one that nobody warns of its time limit: it asks when the job ends.
submit --nodes=1 --ntasks-per-node=1 --time=1 --signal=B:CONT@1 "$TEMPLATES/job.sbatch" train images.npy --code 4 --epochs 1000000 \
  --output limited.h5
limited=$job

submit --nodes=2 --ntasks-per-node=1 "$TEMPLATES/job.sbatch" "${training[@]}" --output resumed.h5
# The n-th start is under way: the log has that many lines of run.sh's first, and an epoch behind the last of them.
trains_again() { awk -v n="$1" '/slurm\/run.sh: job/ {starts++} /train: epoch/ && starts == n {found = 1} END {exit !found}' "shoal-$job.log" 2>/dev/null; }
for restart in 1 2; do
  wait_for 150 "start $restart to train" trains_again $restart
  scancel --batch --signal=USR1 "$job"
done
expect_end "$job" COMPLETED 120
[ "$(restarts_of "$job")" = 2 ] || complain "job $job was started again $(restarts_of "$job") times instead of twice"
sha256sum alone.h5 resumed.h5 >hashes
expect_same_hashes hashes "what an undisturbed and a requeued job wrote" 2

in_time() { grep -q 'stopped early: back into the queue' "shoal-$limited.log"; }
wait_for 200 "the job without a warning to stop before its time limit" in_time
grep -q 'state saved' "shoal-$limited.log" || complain "the job without a warning saved no state"

cluster_down
finish
