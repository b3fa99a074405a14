#!/usr/bin/env bash
# Stands for a job that stops early: waits for USR1 (or not, with --at-once), leaves a checkpoint beside --output, ends
# with 75. With `--starts N` the N-th start succeeds instead. `--still` leaves the same checkpoint each time.
output='' starts=3 at_once=no still=no none=no
while [ $# -gt 0 ]; do
  case $1 in
    --output) output=$2; shift ;;
    --starts) starts=$2; shift ;;
    --at-once) at_once=yes ;;
    --still) still=yes ;;
    --none) none=yes ;;
  esac
  shift
done
done_before=$(cat "$output.checkpoint" 2>/dev/null || echo 0)
if [ $((done_before + 1)) -ge "$starts" ]; then
  echo finished >"$output"
  exit 0
fi
stop=no
trap 'stop=yes' USR1
echo "running"
if [ $at_once = no ]; then
  while [ $stop = no ]; do sleep 0.2; done
fi
if [ $still = yes ]; then echo 0 >"$output.checkpoint"; elif [ $none = no ]; then echo $((done_before + 1)) >"$output.checkpoint"; fi
exit 75
