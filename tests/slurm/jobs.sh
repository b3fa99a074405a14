#!/usr/bin/env bash
# Real jobs in a real Slurm: the templates of slurm/ run Shoal on two nodes, by mpirun and by srun, as a chain and as an
# array, with the bits of a run without Slurm; scancel ends a job; a failed job takes those behind it along.
. "$(dirname "$0")/../program/lib.sh"
. "$(dirname "$0")/cluster.sh"

make_data images.npy 70x12x12
make_data labels.npy 70 type=int64 values=labels
network=(--code 4 --epochs 2 --batch-size 32)
must 2 pipeline images.npy --labels labels.npy "${network[@]}" --components 2 --k 3 --output alone.h5
hash_of() { sha256sum <"$1" | cut -d ' ' -f 1; }
expect_alike() { [ "$(hash_of "$1")" = "$(hash_of "$2")" ] || complain "$1 is not $2"; }

export SHOAL=$TEST_PROGRAM TEMPLATES=$TEST_TEMPLATES
cluster_up
two_nodes=(--nodes=2 --ntasks-per-node=1)

# One allocation on two nodes.
submit "${two_nodes[@]}" "$TEMPLATES/pipeline.sbatch" images.npy pipeline.h5 --labels labels.npy "${network[@]}" --components 2 --k 3
expect_end "$job" COMPLETED 60
expect_alike pipeline.h5 alone.h5
submit "${two_nodes[@]}" "$TEMPLATES/job-srun.sbatch" pipeline images.npy --labels labels.npy "${network[@]}" --components 2 --k 3 \
  --output srun.h5
expect_end "$job" COMPLETED 60
expect_alike srun.h5 alone.h5

# A chain by afterok, and what a stage of it wrote.
CODE=4 EPOCHS=2 COMPONENTS=2 K=3 TASKS=2 FEW_TASKS=1 SHOAL_BATCH_SIZE=32 start "$TEMPLATES/pipeline.sh" images.npy chain labels.npy
expect_status 0
[ "$(wc -l <"$out")" -eq 5 ] || complain "the chain is not of five jobs"
last=$(tail -n 1 "$out" | cut -d ' ' -f 1)
expect_end "$last" COMPLETED 120
expect_same chain/kmeans.h5:/kmeans/ alone.h5:/kmeans/
expect_same chain/model.h5:/model/ alone.h5:/model/

# A chain whose first job fails: the others do not wait for ever.
TASKS=2 FEW_TASKS=1 start "$TEMPLATES/pipeline.sh" nothing.npy broken
last=$(tail -n 1 "$out" | cut -d ' ' -f 1)
expect_end "$(head -n 1 "$out" | cut -d ' ' -f 1)" FAILED 60
expect_end "$last" CANCELLED 60
grep -q "'nothing.npy' does not exist" broken/model-*.log || complain "the log of the first job does not say why it failed"

# A scaling study as an array over numbers of ranks: the last task makes the tables.
printf '%s\n' 'ranks = 1, 2' '[train]' 'input = images.npy' 'code = 4' 'epochs = 2' 'batch-size = 32' >study.ini
submit --array=1,2%1 --ntasks=2 "$TEMPLATES/scaling.sbatch" study.ini
expect_end "$job" COMPLETED 120
expect_file scaling/scaling.csv
grep -q '^FOM bits_equal = 1$' scaling/scaling.fom || complain "the study has no figures of merit"
[ "$(cut -d , -f 4,7 scaling/scaling.csv | tr '\n' ' ')" = 'ranks,runs 1,3 2,3 ' ] || complain "the study is not of 3 runs each: $(cat scaling/scaling.csv)"

# A sweep as an array whose tasks run side by side: one of them makes the tables, those of a sweep without Slurm.
printf '%s\n' 'input = images.npy' 'labels = labels.npy' 'epochs = 2' 'batch-size = 32' 'components = 2' 'k = 3' 'seed = 0 | 1' \
  '[codes]' 'code = 3 | 4' '[common]' >sweep.ini
must 2 sweep sweep.ini --output alone
submit --array=1-2 --ntasks-per-node=1 "$TEMPLATES/sweep.sbatch" sweep.ini --output swept
expect_end "$job" COMPLETED 120
for table in sweep.csv sweep.html; do cmp swept/$table alone/$table || complain "$table of the array is another one"; done
[ ! -e swept/.tables ] || complain "the claim to make the tables is still there"

# scancel ends a job soon, and nothing is left of its output.
submit "${two_nodes[@]}" "$TEMPLATES/job.sbatch" train --input images.npy --code 4 --epochs 1000000 --output endless.h5
training() { grep -q 'train: epoch' "shoal-$job.log" 2>/dev/null; }
wait_for 150 "the endless job to train" training
scancel "$job"
expect_end "$job" CANCELLED 20
[ ! -e endless.h5 ] && [ ! -e .endless.h5.partial ] || complain "a cancelled job left $(ls -A | grep endless)"

cluster_down
finish
