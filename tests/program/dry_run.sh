#!/usr/bin/env bash
# --dry-run of every job that writes: options, rows a rank and an estimate; nothing is written, not even into a
# directory that is missing.
. "$(dirname "$0")/lib.sh"

make_data images.npy 75x12x12
make_data vectors.npy 75x6 type=float32
make_data labels.npy 75 type=int64 values=labels
must 1 train images.npy --code 4 --epochs 1 --output model.h5

# dry_run OPTION=VALUE JOB ARGUMENTS...: the table of options has the line.
dry_run() {
  beside dry_run_at 1 "$@"
  beside dry_run_at 3 "$@"
}

dry_run_at() {
  local ranks=$1 option=${2%%=*} value=${2#*=} changes
  shift 2
  must $ranks "$@" --dry-run --output nowhere/out.h5
  expect_line out "^  $option +$value +(command line|default)" '^  dry-run +true +command line' \
    "75 (rows|to train on|images)" " a rank on $ranks rank" "estimate: .* a rank"
  expect_no_text out wrote
  expect_no_text err error
  changes=$(diff -r "$TEST_SCRATCH/data" .) || complain "the files changed (< before, > after): $changes"
}

dry_run batch-size=32 pipeline images.npy --labels labels.npy --apply images.npy --batch-size 32 --held-out 0 --code 4 --components 2
dry_run epochs=10 train images.npy --code 4
dry_run model=model.h5 encode images.npy --model model.h5
dry_run model=model.h5 reconstruct images.npy --model model.h5
dry_run components=3 pca vectors.npy --components 3
dry_run k=5 kmeans vectors.npy --k 5
dry_run memory=1KiB kmeans vectors.npy --k 2:5 --memory 1KiB
dry_run memory=2GiB train images.npy --code 4 --memory 2GiB
dry_run perplexity=7 embed vectors.npy --perplexity 7
dry_run labels=labels.npy score --predicted labels.npy --labels labels.npy
dry_run dataset=/images convert images.npy
finish
