#!/usr/bin/env bash
# Stops and goes on for SECONDS, on one to four ranks by turns: neither memory nor files grow.
#   soak.sh [SECONDS]
. "$(dirname "$0")/../program/lib.sh"

duration=${1:-20}
export ASAN_OPTIONS=${ASAN_OPTIONS-}:quarantine_size_mb=1  # freed memory that a sanitizer holds back is no growth
make_data images.npy 3000x16x16
job=(train images.npy --code 4 --network conv --batch-size 64 --epochs 1000000 --keep best --output model.h5
  --checkpoint-minutes 0.002)

declare -A first last
stops=0 begin=$SECONDS files=
while [ $((SECONDS - begin)) -lt "$duration" ] || [ $stops -lt 12 ]; do
  ranks=$((1 + stops % 4))
  start "$TEST_TOOLS/peak_memory" peak "$TEST_MPIEXEC" -n $ranks "$TEST_PROGRAM" "${job[@]}" --max-wall 0.02
  [ $status = 75 ] || complain "status $status instead of 75"
  peak=$(($(cat peak) / 1024))  # KiB
  rm peak
  stops=$((stops + 1))
  # A first round on each number of ranks, then two checkpoints are there.
  present=$(ls -A | tr '\n' ' ')
  if [ $stops -gt 4 ]; then
    first[$ranks]=${first[$ranks]:-$peak} last[$ranks]=$peak
    [ "$present" = "$files" ] || complain "there were the files $files, now there are $present"
  fi
  files=$present
  [ $wrong -eq 0 ] || finish
done
[ "$(stat -c %s model.h5.running.json)" -lt 300000 ] || complain "what is told of the run grows with it"
most_growth=4096  # KiB; the history of a thousand epochs takes 60
for ranks in 1 2 3 4; do
  echo "$ranks ranks: the largest process took ${first[$ranks]} KiB at first, ${last[$ranks]} KiB at last"
  [ $((last[$ranks] - first[$ranks])) -lt $most_growth ] || complain "memory grew"
done
echo "$stops stops in $((SECONDS - begin)) s; files: $files; checkpoint $(stat -c %s model.h5.checkpoint) bytes"
finish
