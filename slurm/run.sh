#!/usr/bin/env bash
# Runs one command of Shoal inside a Slurm job so that nothing is lost: job.sbatch and its kin end with
#   exec .../slurm/run.sh mpirun shoal train --input images.npy --output model.h5
# - Slurm's warning before the time limit (USR1, see --signal in the templates) and a preemption (TERM) are handed on:
#   Shoal writes a checkpoint, ends with status 75, and the job is put back into the queue.
# - It goes back on status 75 alone: any other status is an error, or success, which a second try would not change.
# - And only when the checkpoint is another one than when the job started: a job whose time limit is too short for a
#   single checkpoint, or that stands still, would otherwise come back for ever.
set -uo pipefail

again=75  # what Shoal ends with when it stopped early and can go on
output= sweep=
arguments=("$@")
for ((i = 0; i < $#; ++i)); do
  case ${arguments[i]} in
    sweep) [[ $i -gt 0 && ${arguments[i - 1]} == -* ]] || sweep=yes ;;  # the job, not the value of an option
    --output) output=${arguments[i + 1]:-} ;;
    --output=*) output=${arguments[i]#--output=} ;;
  esac
done
# What a run leaves to go on from: checkpoints stand beside the output, of a sweep with all that is done in its folder.
checkpoints=${output:+$output.checkpoint*}
[ -z "$sweep" ] || checkpoints=${output:-sweep}/stages/*
CHECKPOINTS=${CHECKPOINTS:-$checkpoints}  # your own pattern, if they are elsewhere

# A fingerprint of the checkpoints: their bytes tell how far the run is, and nothing else (no times, no ranks).
progress() {
  local files IFS=  # names may have blanks
  # shellcheck disable=SC2206  # a pattern, to be expanded
  files=($CHECKPOINTS)
  [ ${#files[@]} -gt 0 ] && [ -e "${files[0]}" ] && cat -- "${files[@]}" | sha256sum
}

say() { echo "$(date '+%Y-%m-%d %H:%M:%S')  slurm/run.sh: $*"; }

say "job $SLURM_JOB_ID, start $((${SLURM_RESTART_COUNT:-0} + 1)), on ${SLURM_JOB_NODELIST:-?}: $*"
at_start=$(progress)

# Without these, mpirun would wait for ever for a machine that the network has lost; with them, the job ends after a minute.
export OMPI_MCA_oob_tcp_keepalive_time=${OMPI_MCA_oob_tcp_keepalive_time:-30}
export OMPI_MCA_oob_tcp_keepalive_intvl=${OMPI_MCA_oob_tcp_keepalive_intvl:-5}
export OMPI_MCA_oob_tcp_keepalive_probes=${OMPI_MCA_oob_tcp_keepalive_probes:-6}

# In the background: bash runs a trap only when it is not waiting for a program in the foreground.
"$@" &
running=$!
handed_on=no
hand_on() {
  handed_on=yes
  say "$1 from Slurm: Shoal is told to write a checkpoint and stop"
  # USR1 in any case: mpirun passes it on to the ranks, but ends them itself on TERM.
  kill -USR1 "$running" 2>/dev/null
}
trap 'hand_on USR1' USR1
trap 'hand_on TERM' TERM

# A trap ends `wait` early: wait again, until it was the program that ended. (127: its status was already told.)
status=127
while :; do
  handed_on=no
  wait "$running"
  got=$?
  [ $got -ne 127 ] || break
  status=$got
  [ $handed_on = yes ] || break
done

if [ $status -ne $again ]; then
  say "ended with status $status"
  exit $status
fi
now=$(progress)
if [ -z "$now" ]; then
  say "stopped early without a checkpoint ('$CHECKPOINTS'): not requeued; is --time long enough?"
elif [ "$now" = "$at_start" ]; then
  say "stopped early with the same checkpoint as it started from: not requeued, since it would stop there again"
elif trap '' TERM; scontrol requeue "$SLURM_JOB_ID"; then
  say "stopped early with a new checkpoint: back into the queue"
  # Slurm now ends this script.
  sleep 120
else
  say "could not be requeued (does the template say --requeue?): submit it again, it goes on where it was"
fi
exit $again
