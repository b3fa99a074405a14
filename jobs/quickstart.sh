#!/usr/bin/env bash
# From a fresh checkout to a first result: installs what is missing, builds shoal, and trains, encodes, clusters and
# scores Fashion-MNIST on all cores.
# Usage: jobs/quickstart.sh [options of 'shoal pipeline'], e.g. jobs/quickstart.sh --epochs 5
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
program=$root/build/release/shoal
log=$root/build/quickstart.log
say() { echo "quickstart: $*"; }

# Physical cores that this process may use: hyperthreads add little here, and a container may allow fewer.
count_cores() {
  local cores quota period
  cores=$(nproc)
  if command -v lscpu >/dev/null 2>&1; then
    local physical
    physical=$(lscpu -p=SOCKET,CORE 2>/dev/null | grep -v '^#' | sort -u | wc -l)
    [ "$physical" -gt 0 ] && [ "$physical" -lt "$cores" ] && cores=$physical
  fi
  if read -r quota period 2>/dev/null </sys/fs/cgroup/cpu.max && [ "$quota" != max ]; then
    [ $((quota / period)) -lt "$cores" ] && cores=$((quota / period))
  fi
  [ "$cores" -ge 1 ] || cores=1
  echo "$cores"
}

# Runs a step quietly; what it printed is shown only when it fails.
quietly() {
  "$@" >>"$log" 2>&1 && return
  local status=$?
  tail -n 40 "$log" >&2
  say "this failed: $* (all of its output: $log)" >&2
  exit $status
}

output=$root/results/fashion-mnist.h5
for argument in "$@"; do
  case $argument in --output | --output=*) output= ;; esac
done
arguments=(--config "$root/jobs/fashion-mnist.ini")
if [ -n "$output" ]; then arguments+=(--output "$output"); fi
mkdir -p "$root/build" "$root/results"
: >"$log"

say "1/3 installing what is missing"
"$root/jobs/setup.sh"
say "2/3 building $program"
quietly cmake -S "$root" --preset release
quietly cmake --build "$root/build/release" --target shoal --parallel "$(nproc)"

# mpirun refuses root, and in some containers one process may not read another's memory.
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
if [ -e /.dockerenv ] || [ -e /run/.containerenv ]; then
  export OMPI_MCA_btl_vader_single_copy_mechanism=${OMPI_MCA_btl_vader_single_copy_mechanism-none}
fi
ranks=$(count_cores)
say "3/3 running shoal pipeline on $ranks core(s)"
# --oversubscribe: what mpirun takes for the number of cores is wrong in some containers.
mpirun -n "$ranks" --oversubscribe --bind-to none "$program" pipeline "${arguments[@]}" "$@"

if [ -n "$output" ] && [ "$output" -nt "$log" ]; then
  say "the result is $output"
  say "what is in it: $program inspect $output"
  say "to look at it, open ${output%.h5}.html in a browser"
fi
