#!/usr/bin/env bash
# Disks that fail while results are written: no space, errors, writes of a byte at a time, at every call one after the
# other, on one rank or on all. Status 4, a sentence, the older output as it was, no other file left, no wait.
#   output_faults.sh CASE
. "$(dirname "$0")/lib.sh"

make_data images.npy 40x12x12
make_data labels.npy 40 type=int64 values=labels
must 1 train images.npy --code 4 --epochs 1 --output model.h5
must 1 convert images.npy --output out.h5
echo "older" >>out.h5.json
mkdir given figures-of-out.h5
for name in loss reconstructions phases; do echo "older" >figures-of-out.h5/$name.png; done
mv ./*.* given

# under DISK RANKS JOB...: in a folder with the older output; DISK is e.g. "write 3 28": the call, its number, errno.
under() {
  local disk=($1) ranks=$2
  shift 2
  rm -rf work fault && cp -r given work && cd work || exit 1
  local preload=(env "LD_PRELOAD=$TEST_FAILING_DISK" DISK_FILE=out.h5 "DISK_CALL=${disk[0]}" "DISK_AT=${disk[1]}"
    "DISK_ERROR=${disk[2]}" "DISK_RANK=${disk[3]:-}" "DISK_LOG=$PWD/../fault")
  if [ "$ranks" -eq 1 ]; then
    start "${preload[@]}" "$TEST_PROGRAM" "$@" --output out.h5
  else
    start "$TEST_MPIEXEC" -n "$ranks" "${preload[@]}" "$TEST_PROGRAM" "$@" --output out.h5
  fi
  cd ..
}

expect_refused() {
  local changes
  expect_status 4
  expect_line err "'?[^ ]*out.h5(.json|/[a-z-]+.png)?'? .*(No space left|Input/output error|cannot be written|cannot write)"
  [ "${seconds%.*}" -lt 20 ] || complain "it took $seconds s"
  # A training that was done need not be done again: its checkpoint stays, and serves when the disk is well. So does
  # what it told of its epochs.
  changes=$(diff -r -x out.h5.checkpoint -x out.h5.running.json given work) || complain "the files changed (< before, > after): $changes"
}

# every_call CALL ERRNO RANKS JOB...: the first call fails, then the second, ... until none is left to fail.
every_call() {
  local call=$1 errno=$2 ranks=$3 at failed=0
  shift 3
  for ((at = 1; at < 200; at += 1 + at / 8)); do
    under "$call $at $errno" "$ranks" "$@"
    [ -e fault ] || break
    failed=$((failed + 1))
    expect_refused
  done
  expect_status 0  # the last one, where nothing failed
  [ $failed -gt 0 ] || complain "no $call was made to fail"
  echo "$* on $ranks ranks, $call, error $errno: $failed numbers of the failing call"
}

case $1 in
  calls)  # each kind of call, by the job that has the fewest
    for ranks in 1 3; do
      beside every_call write 28 $ranks convert images.npy
      beside every_call write 5 $ranks convert images.npy --labels labels.npy
      beside every_call fsync 5 $ranks convert images.npy
      beside every_call open 28 $ranks convert images.npy
    done
    beside every_call fallocate 28 2 convert images.npy
    one_rank() {
      under "write 2 28 $1" 3 convert images.npy
      [ ! -e fault ] || expect_refused
    }
    for rank in 0 1 2; do beside one_rank $rank; done
    name() {
      under "rename 1 5" 2 convert images.npy
      expect_refused
    }
    beside name
    ;;
  jobs)  # each job that writes
    fails() {
      under "write 3 28" 2 "$@"
      [ -e fault ] || complain "no write was made to fail"
      expect_refused
    }
    beside fails pipeline images.npy --code 4 --components 2 --k 2 --epochs 1
    beside fails train images.npy --code 4 --epochs 1
    beside fails encode images.npy --model model.h5
    beside fails reconstruct images.npy --model model.h5
    beside fails pca images.npy --components 2
    beside fails kmeans images.npy --k 2
    beside fails score --predicted labels.npy --labels labels.npy
    beside fails convert images.npy
    # Pictures too, of which the third fails: all stay the older ones, and so does the page.
    beside fails report model.h5 --figures figures-of-out.h5
    ;;
  full)  # a real disk of every small size, from too small for anything to large enough
    filled() {
      local ranks=$1 size refused=0
      shift
      mkdir disk
      for size in 8 24 48 96 192 384 768 1536 3072; do
        mount -t tmpfs -o size=${size}k tmpfs disk
        echo "older" >disk/out.h5
        shoal "$ranks" "$@" --output disk/out.h5
        [ $status -eq 0 ] || {
          refused=$((refused + 1))
          expect_status 4
          expect_text err "No space left"
          rm -f disk/out.h5.checkpoint disk/out.h5.running.json
          [ "$(ls -A disk)" = out.h5 ] && [ "$(cat disk/out.h5)" = older ] || complain "on the full disk is $(ls -A disk)"
        }
        umount disk
      done
      expect_status 0
      [ $refused -gt 0 ] || complain "no disk was too small"
      echo "$* on $ranks ranks: $refused of 9 disks were too small"
    }
    # Without the report: where only that has no room any more, the result is there and whole.
    for ranks in 1 2 4; do
      beside filled $ranks train given/images.npy --code 4 --epochs 1
      beside filled $ranks pipeline given/images.npy --code 4 --components 2 --k 2 --epochs 1 --report off
    done
    ;;
  short)  # writes of one byte: slow, but no error
    slowly() {
      under "write 1 0" "$1" convert images.npy
      expect_status 0
      [ -e fault ] || complain "no write was short"
      expect_same given/images.npy work/out.h5
    }
    beside slowly 1
    beside slowly 3
    ;;
esac
finish
