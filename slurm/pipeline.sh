#!/usr/bin/env bash
# The pipeline as jobs in a row, each with a size of its own, each waiting until the one before it is done (afterok):
#   slurm/pipeline.sh images.npy results labels.npy
# reads images.npy (and labels.npy, if given) and writes results/{model,codes,pca,kmeans,score}.h5. Prints the jobs' numbers.
# A job that goes back into the queue at its time limit is not done: those behind it wait on. If a job fails, those behind
# it are removed (--kill-on-invalid-dep); without that they would stay pending for ever.
#
# CODE, EPOCHS, COMPONENTS, K: numbers of the methods. SBATCH_FLAGS: options of sbatch for all jobs, such as a partition.
set -euo pipefail

if [ $# -lt 2 ]; then
  echo "pipeline.sh: INPUT and DIRECTORY are needed: slurm/pipeline.sh images.npy results [labels.npy]" >&2
  exit 2
fi
input=$1 results=$2 labels=${3:-}
templates=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
export TEMPLATES=$templates
read -ra flags <<<"${SBATCH_FLAGS:-}"
mkdir -p "$results"

after=  # the job before
# submit TASKS NAME ARGUMENTS...: one more job at the end of the row
submit() {
  local tasks=$1 name=$2
  shift 2
  local wait=()
  [ -z "$after" ] || wait=(--dependency="afterok:$after" --kill-on-invalid-dep=yes)
  after=$(sbatch --parsable --nodes=1 --ntasks-per-node="$tasks" --job-name="shoal-$name" --output="$results/$name-%j.log" \
    ${flags[@]+"${flags[@]}"} ${wait[@]+"${wait[@]}"} "$templates/job.sbatch" "$@" --output "$results/$name.h5")
  echo "$after $name"
}

tasks=${TASKS:-16}        # of the training, whose batch feeds batch-size / 16 ranks
few=${FEW_TASKS:-4}       # of what takes seconds
submit "$tasks" model train --input "$input" --code "${CODE:-32}" --epochs "${EPOCHS:-20}"
submit "$tasks" codes encode --input "$input" --model "$results/model.h5"
submit "$few" pca pca --input "$results/codes.h5:/codes/data" --components "${COMPONENTS:-8}"
submit "$few" kmeans kmeans --input "$results/pca.h5:/pca/scores" --k "${K:-10}"
[ -z "$labels" ] || submit 1 score score --predicted "$results/kmeans.h5:/kmeans/labels" --labels "$labels" \
  --errors "$results/codes.h5:/codes/reconstruction_error"
