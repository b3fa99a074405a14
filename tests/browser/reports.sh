#!/usr/bin/env bash
# Reports as a reader sees them, in a browser: of a small run, of one with 200,000 points, and of a scaling study.
# The small run's images have colours, so that both kinds of pictures are seen.
. "$(dirname "$0")/../program/lib.sh"

limit=300  # where other work has the processors

look() {
  start "$TEST_PYTHON" "$(dirname "$0")/look_at_report.py" "$TEST_CHROMIUM" "$@"
  cat "$out"
  expect_status 0
}

case $1 in
  small)
    make_data images.npy 400x12x12x3
    make_data labels.npy 400 type=int64 values=labels
    must 2 pipeline images.npy --labels labels.npy --epochs 3 --batch-size 32 --code 6 --components 3 --k 4 --output result.h5
    look result.html --points 400 --seconds 60
    ;;
  large)
    make_data images.npy 200000x4x4
    make_data labels.npy 200000 type=int64 values=labels
    must 2 pipeline images.npy --labels labels.npy --encoder 'dense 4' --epochs 2 --batch-size 1024 --components 2 --k 4 \
      --n-init 1 --baseline off --output result.h5
    look result.html --points 200000 --seconds 120
    ;;
  scaling)
    make_data images.npy 120x8x8
    printf '%s\n' 'ranks = 1, 2' "launcher = $TEST_MPIEXEC -n {ranks}" 'input = images.npy' '[train]' 'epochs = 1' 'code = 4' \
      'batch-size = 32' '[kmeans]' 'scaling = weak' 'rows-per-rank = 60' 'k = 3' >study.ini
    must 1 scaling study.ini
    start "$TEST_PYTHON" "$(dirname "$0")/look_at_scaling.py" "$TEST_CHROMIUM" scaling/scaling.html scaling/scaling.csv
    cat "$out"
    expect_status 0
    ;;
esac
finish
