#!/usr/bin/env bash
# Trainings that have to make room for an urgent job: by srun Slurm's TERM reaches them, by mpirun it ends mpirun's daemons.
# Both come back, go on and end with the bits of a run that nobody disturbed.
. "$(dirname "$0")/../program/lib.sh"
. "$(dirname "$0")/cluster.sh"

make_data images.npy 2000x12x12
training=(train images.npy --code 4 --batch-size 512 --epochs 500 --checkpoint-minutes 0.01)
must 2 "${training[@]}" --output alone.h5
export SHOAL=$TEST_PROGRAM TEMPLATES=$TEST_TEMPLATES
cluster_up

declare -A numbers
for template in job-srun job; do
  submit --nodes=1 --ntasks-per-node=2 "$TEMPLATES/$template.sbatch" "${training[@]}" --output $template.h5
  numbers[$template]=$job
done
saved() { grep -q 'state saved' "shoal-$1.log" 2>/dev/null; }
for template in job-srun job; do wait_for 150 "$template to train" saved "${numbers[$template]}"; done
submit --partition=urgent --nodes=2 --exclusive --output=urgent.log --wrap 'echo urgent'
expect_end "$job" COMPLETED 60

for template in job-srun job; do
  expect_end "${numbers[$template]}" COMPLETED 120
  [ "$(restarts_of "${numbers[$template]}")" = 1 ] || complain "$template was started again $(restarts_of "${numbers[$template]}") times instead of once"
  grep -q 'train: going on from' "shoal-${numbers[$template]}.log" || complain "$template began anew"
done
grep -q 'stopped early: back into the queue' "shoal-${numbers[job-srun]}.log" || complain "by srun, Slurm's TERM did not reach the training"
sha256sum alone.h5 job-srun.h5 job.h5 >hashes
expect_same_hashes hashes "what an undisturbed and two preempted jobs wrote" 3

cluster_down
finish
