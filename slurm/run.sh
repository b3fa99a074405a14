#!/usr/bin/env bash
# Runs one command of Shoal inside a Slurm job so that nothing is lost: job.sbatch and its kin end with
#   exec .../slurm/run.sh mpirun shoal train --input images.npy --output model.h5
# - Slurm's warning before the time limit (USR1, see --signal in the templates) is handed on: Shoal writes a checkpoint and
#   ends with status 75, and the job is put back into the queue.
# - It goes back on 75 alone. Shoal ends with 76 where it had to stop without getting further than it was (the time limit is
#   too short, or it stands still): such a job would come back for ever. Any other status is success, or an error that a
#   second try would not change.
# - But for a preemption: Slurm then ends the daemons of mpirun, and the job fails for no fault of its own.
set -uo pipefail

again=75 standstill=76

say() { echo "$(date '+%Y-%m-%d %H:%M:%S')  slurm/run.sh: $*"; }

say "job $SLURM_JOB_ID, start $((${SLURM_RESTART_COUNT:-0} + 1)), on ${SLURM_JOB_NODELIST:-?}: $*"

# With this Shoal stops in time even if no warning comes. Slurm 22.05 (Debian 12) does not set it.
if [ -z "${SLURM_JOB_END_TIME:-}" ]; then
  end=$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%e 2>/dev/null | head -n 1)
  case $end in
    [0-9]*T*) SLURM_JOB_END_TIME=$(date --date="$end" +%s) && export SLURM_JOB_END_TIME ;;
  esac
fi

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

is_preempted() { scontrol --oneliner show job "$SLURM_JOB_ID" 2>/dev/null | grep -q ' PreemptTime=[0-9]'; }

if [ $status -eq $again ]; then
  why="stopped early"
elif [ $status -ne 0 ] && is_preempted; then
  why="preempted (status $status)"
elif [ $status -eq $standstill ]; then
  say "stopped early where it had begun: not requeued, since it would stop there again; is --time long enough?"
  exit $status
else
  say "ended with status $status"
  exit $status
fi
if trap '' TERM; scontrol requeue "$SLURM_JOB_ID"; then
  say "$why: back into the queue"
  # Slurm now ends this script.
  sleep 120
else
  say "$why, and could not be requeued (does the template say --requeue?): submit it again, it goes on where it was"
fi
exit $status
