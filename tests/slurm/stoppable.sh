#!/usr/bin/env bash
# Stands for a job that stops early: waits for USR1 (or not, with --at-once), leaves a checkpoint beside --output, ends
# with 75. With `--starts N` the N-th start succeeds instead. With `--still` it gets no further and ends with 76.
output='' starts=3 at_once=no still=no
while [ $# -gt 0 ]; do
  case $1 in
    --output) output=$2; shift ;;
    --starts) starts=$2; shift ;;
    --at-once) at_once=yes ;;
    --still) still=yes ;;
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
[ $still = no ] || exit 76
echo $((done_before + 1)) >"$output.checkpoint"
exit 75
