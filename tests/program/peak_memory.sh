#!/usr/bin/env bash
# A dataset several times as large as --memory: no rank ever takes more, by the kernel's count.
. "$(dirname "$0")/lib.sh"

limit_mib=112
# The same rows sixteen times, which is quicker: 299 MiB.
make_data images.npy 100000x14x14 claim=1600000
tail -c $((100000 * 14 * 14)) images.npy >rows
for _ in {2..16}; do cat rows; done >>images.npy
rm rows
echo "data: $(stat -c %s images.npy) bytes, limit: $limit_mib MiB"

# Converting has no limit to be told: rows pass through.
start "$TEST_TOOLS/peak_memory" peak "$TEST_PROGRAM" convert images.npy --output images.h5
expect_status 0
[ "$(cat peak)" -le $((160 << 20)) ] || complain "converting took $(cat peak) bytes"
rm images.h5

# within RANKS ARGUMENTS...: the program, and the largest of its processes.
within() {
  local ranks=$1 peak
  shift
  local command=("$TEST_PROGRAM" "$@" --memory "${limit_mib}MiB")
  [ "$ranks" -eq 1 ] || command=("$TEST_MPIEXEC" -n "$ranks" "${command[@]}")
  start "$TEST_TOOLS/peak_memory" peak "${command[@]}"
  expect_status 0
  expect_text out "streamed from the file"
  expect_no_text err "is too little"
  peak=$(cat peak)
  echo "$1 on $ranks: at most $peak bytes, in $seconds s; $(grep -o 'memory: at most.*' "$out")"
  [ "$peak" -le $((limit_mib << 20)) ] || complain "$1 took $peak bytes of $((limit_mib << 20))"
}
within 1 train images.npy --encoder "flatten, dense 4" --epochs 1 --output model.h5
within 1 encode images.npy --model model.h5 --output codes.h5
within 2 encode images.npy --model model.h5 --output codes.h5
limit_mib=176  # labels, distances and bounds of all rows stay in memory
within 1 kmeans images.npy --k 3 --n-init 1 --max-iterations 2 --output kmeans.h5
# Rows of length 1 are made of those of the file, and must not be kept in any other form either.
within 1 kmeans images.npy --k 3 --n-init 1 --max-iterations 2 --start random --metric cosine --output kmeans.h5
limit_mib=112
within 1 pca images.npy --components 4 --output pca.h5
finish
