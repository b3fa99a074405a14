#!/usr/bin/env bash
# What slurm/run.sh does when a job stops early, with a stand-in for Shoal: Slurm's warning is handed on, the job goes back
# into the queue and finishes; not where it got no further, not after another status.
. "$(dirname "$0")/../program/lib.sh"
. "$(dirname "$0")/cluster.sh"

export TEMPLATES=$TEST_TEMPLATES SHOAL
SHOAL=$(dirname "$(readlink -f "$0")")/stoppable.sh
cluster_up

# At its time limit (whole minutes, checked every half), warned 50 s before: three starts until it is done. The other
# cases run beside it, on the other node.
submit --nodes=1 --ntasks-per-node=1 --time=1 --signal=B:USR1@50 "$TEMPLATES/job.sbatch" --output limit.txt --starts 2
limited=$job

submit --nodes=1 --ntasks-per-node=1 "$TEMPLATES/job.sbatch" --output progress.txt --at-once --starts 3
expect_end "$job" COMPLETED 60
[ "$(restarts_of "$job")" = 2 ] || complain "job $job was started again $(restarts_of "$job") times instead of 2"
[ "$(cat progress.txt)" = finished ] || complain "the job did not finish"

submit --nodes=1 --ntasks-per-node=1 "$TEMPLATES/job.sbatch" --output still.txt --at-once --still
expect_end "$job" FAILED 60
[ "$(status_of "$job")" = 76:0 ] || complain "job $job ended with $(status_of "$job") instead of 76:0"
[ "$(restarts_of "$job")" = 0 ] || complain "without progress, job $job was started again"
expect_log() { grep -q "$2" "shoal-$1.log" || complain "the log of job $1 does not say '$2': $(cat "shoal-$1.log")"; }
expect_log "$job" "stopped early where it had begun: not requeued"

# TERM reaches the template, which tells the job. (A real preemption: preempted.sh.)
submit --nodes=1 --ntasks-per-node=1 "$TEMPLATES/job.sbatch" --output preempted.txt --starts 2
running() { grep -q '^running' "shoal-$job.log" 2>/dev/null; }
wait_for 150 "the job to run" running
scancel --batch --signal=TERM "$job"
expect_end "$job" COMPLETED 60
[ "$(restarts_of "$job")" = 1 ] || complain "a preempted job was started again $(restarts_of "$job") times instead of once"

# An error is no reason to try again.
SHOAL=/bin/false
submit --nodes=1 --ntasks-per-node=1 "$TEMPLATES/job.sbatch" --output wrong.txt
expect_end "$job" FAILED 30
[ "$(restarts_of "$job")" = 0 ] || complain "after an error, job $job was started again"

expect_end "$limited" COMPLETED 120
[ "$(restarts_of "$limited")" = 1 ] || complain "job $limited was started again $(restarts_of "$limited") times instead of once"
expect_log "$limited" "USR1 from Slurm: Shoal is told"
[ "$(cat limit.txt)" = finished ] || complain "the job with the time limit did not finish"
cluster_down
finish
