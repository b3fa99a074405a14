#!/usr/bin/env bash
# A run that is stopped, again and again, goes on on other ranks and ends with the same file as one that never was.
. "$(dirname "$0")/lib.sh"

make_data images.npy 331x12x12 type=uint8
make_data other.npy 331x12x12 type=uint8 values=numbers
network=(--code 4 --network conv --epochs 400 --batch-size 48 --keep best)

must 2 pipeline images.npy "${network[@]}" --components 2 --k 3 --output whole.h5

# Each run has a fifth of a second.
stops=0
for ranks in 1 3 2 4 1 3 2 4 1 3 2 4 1 3 2 4 1 3 2 4 1 3 2 4 1 3 2 4 1 3 2 4; do
  shoal $ranks pipeline images.npy "${network[@]}" --components 2 --k 3 --output result.h5 --max-wall 0.0035
  [ "$status" = 75 ] || break
  stops=$((stops + 1))
  [ -e result.h5 ] && complain "a stopped run left its output"
  [ -e result.h5.checkpoint ] || complain "a stopped run left no checkpoint"
  if [ $stops = 2 ]; then  # the newest is damaged: the one before it serves
    truncate -s 1000 result.h5.checkpoint
  fi
  if [ $stops = 3 ]; then grep -q "is damaged" "$err" || complain "a damaged checkpoint was not named"; fi
  if [ $stops = 4 ]; then

    shoal 2 pipeline images.npy "${network[@]}" --components 2 --k 3 --output result.h5 --learning-rate 0.1
    [ "$status" = 2 ] && grep -q "other options" "$err" || complain "other options went on from the checkpoint"
    mv images.npy same.npy && cp other.npy images.npy
    shoal 2 pipeline images.npy "${network[@]}" --components 2 --k 3 --output result.h5
    mv same.npy images.npy
    [ "$status" = 2 ] && grep -q "other data" "$err" || complain "other data went on from the checkpoint"
    break
  fi
done
[ $stops -ge 4 ] || complain "only $stops runs were stopped"

must 3 resume result.h5 --max-wall 0
[ -e result.h5.checkpoint ] && complain "a finished run left its checkpoint"
[ -e result.h5.running.json ] && complain "a finished run left word that it is going"
sha256sum whole.h5 result.h5 >hashes
expect_same_hashes hashes result.h5 2

# Signals: saved, and exit status 75.
"$TEST_PROGRAM" train images.npy --code 4 --epochs 100000 --output signalled.h5 >"$out" 2>"$err" &
until grep -q "epoch 2/" "$out"; do kill -0 $! || break; done
kill -USR1 $!
wait $!
[ $? = 75 ] || complain "SIGUSR1 did not end the run with status 75"
[ -e signalled.h5.checkpoint ] || complain "SIGUSR1 left no checkpoint"

shoal 1 resume nothing.h5
[ "$status" = 3 ] && grep -q "no checkpoint" "$err" || complain "resuming what never ran was not refused"
finish
