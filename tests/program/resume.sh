#!/usr/bin/env bash
# A run that is stopped, again and again, goes on on other ranks and ends with the same file as one that never was.
. "$(dirname "$0")/lib.sh"

make_data images.npy 331x12x12 type=uint8
make_data other.npy 331x12x12 type=uint8 values=numbers
network=(--code 4 --network conv --epochs 400 --batch-size 160 --keep best)

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
    # One byte of one row is enough.
    cp images.npy same.npy && printf '\x07' | dd of=images.npy bs=1 seek=$((128 + 222 * 144 + 70)) conv=notrunc status=none
    ! cmp -s images.npy same.npy || complain "the byte was the same before"
    shoal 3 pipeline images.npy "${network[@]}" --components 2 --k 3 --output result.h5
    mv same.npy images.npy
    [ "$status" = 2 ] && grep -q "other data" "$err" || complain "data with another byte went on from the checkpoint"
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

# A signal while the data are still being read: it stops at the first place where that is possible.
make_data large.idx 20000x28x28
gzip -1 large.idx
"$TEST_PROGRAM" pca large.idx.gz --solver randomized --components 2 --output early.h5 >"$out" 2>"$err" &
until grep -q "large.idx.gz: 20,000" "$out"; do kill -0 $! || break; done
kill -USR1 $!
wait $!
status=$?
expect_status 75

# Rows that stay in their file: who is killed loses no more than the pass it was in.
make_data many.npy 30000x6 type=float32
streamed=(train many.npy --encoder 'dense 4' --epochs 40 --batch-size 512 --learning-rate 0.001 --memory 1MiB --checkpoint-minutes 0.00001)
must 3 "${streamed[@]}" --output streamed_whole.h5
"$TEST_MPIEXEC" -n 2 "$TEST_PROGRAM" "${streamed[@]}" --output streamed.h5 >"$out" 2>"$err" &
mpirun=$!
until sed -n '/epoch 3\//,$p' "$out" | grep -q 'state saved'; do kill -0 $mpirun || break; done
pkill -KILL -P $mpirun
wait $mpirun
saved=$(tac "$out" | sed -n '/state saved/,$s|.*epoch \([0-9]*\)/.*|\1|p' | head -n 1)
[ ! -e streamed.h5 ] || complain "a killed run left its output"
must 1 resume streamed.h5 --max-wall 0
expect_text out 'streamed from the file' 'going on from streamed.h5.checkpoint'
first=$(sed -n 's|.*epoch \([0-9]*\)/.*|\1|p' "$out" | head -n 1)
[ "$first" -gt "$saved" ] || complain "epoch $saved was over and saved, and the resumed run began with epoch $first"
cmp streamed_whole.h5 streamed.h5 || complain "a streamed run that was killed ended otherwise"

# Behind training, too, a job stops at the next place where its state is whole.
one_step=(pipeline images.npy --code 4 --epochs 1 --batch-size 331 --held-out 0 --components 2 --k 3)
must 1 "${one_step[@]}" --output one_whole.h5
for place in "in training" "behind it"; do
  shoal 2 "${one_step[@]}" --output one.h5 --max-wall 1e-9
  [ "$status" = 75 ] || complain "a job did not stop $place"
  expect_no_text out 'encode:'
done
shoal 1 "${one_step[@]}" --output one.h5 --max-wall 1e-9
expect_status 76
expect_text err 'stopped: the state is saved, but it is the one that this run began with' 'give it more time'
must 3 resume one.h5 --max-wall 0
expect_no_text out 'train: epoch'
cmp one_whole.h5 one.h5 || complain "a job that stopped behind its training ended otherwise"

# Every job that saves its state: stopped at its first pauses, on other ranks each time.
stop_and_go() {
  must 2 "$@" --output whole.h5
  for ranks in 1 3 2; do
    shoal $ranks "$@" --output run.h5 --max-wall 1e-9
    # 76: it began behind its last step, and got no further.
    [[ "$status" = 75 || "$status" = 76 ]] && [ -e run.h5.checkpoint ] && [ ! -e run.h5 ] || complain "$1 on $ranks ranks did not stop in order"
  done
  must 4 resume run.h5 --max-wall 0
  expect_text out 'going on from run.h5.checkpoint'
  cmp whole.h5 run.h5 || complain "$* ended otherwise"
  [ "$(echo run.h5*)" = "run.h5 run.h5.json" ] || complain "$1 left more than its output: $(echo run.h5*)"
}
beside stop_and_go kmeans images.npy --k 6 --n-init 3
beside stop_and_go kmeans images.npy --k 1:3 --gap-sets 1 --n-init 2
beside stop_and_go kmeans images.npy --k 6 --n-init 3 --memory 1MiB
beside stop_and_go kmeans images.npy --k 4 --algorithm minibatch --batch-size 50
beside stop_and_go pca images.npy --solver randomized --components 3 --memory 1MiB
beside stop_and_go kmeans other.npy --k 3 --metric cosine --n-init 3
beside stop_and_go embed images.npy --perplexity 10 --iterations 300
beside stop_and_go embed images.npy --perplexity 10 --iterations 1
beside stop_and_go pca images.npy --solver randomized --components 3
join

# Weights and start centres are data of the run as well.
make_data weights.npy 331 type=float32 values=labels
make_data first.npy 3x12x12
make_data second.npy 3x12x12 values=numbers
start=(kmeans images.npy --weights weights.npy --centers centers.npy --output weighted.h5)
cp first.npy centers.npy
shoal 1 "${start[@]}" --max-wall 1e-9
expect_status 75
cp second.npy centers.npy
shoal 1 "${start[@]}"
expect_status 2
expect_text err "other data"

# A sweep stops in the stage that is under way, and goes on there.
printf 'input = images.npy\ncode = 2 | 3\ncomponents = 2\nk = 3\nepochs = 2\n' >sweep.ini
must 2 sweep sweep.ini --output sweep_whole
shoal 2 sweep sweep.ini --output swept --max-wall 1e-9
expect_status 75
[ "$(echo swept/stages/*)" = "$(echo swept/stages/train-*.h5.checkpoint)" ] || complain "a sweep did not stop in its first training"
must 3 sweep sweep.ini --output swept
expect_text out 'train: going on from'
cmp sweep_whole/sweep.h5 swept/sweep.h5 || complain "a sweep that was stopped ended otherwise"

# From another folder, with another limit in place of the first, and with a value that is empty.
shoal 2 train "$PWD/images.npy" --code 4 --decoder '' --epochs 60 --batch-size 48 --output moved.h5 --memory 900MiB --max-wall 1e-9
expect_status 75
mkdir elsewhere && cd elsewhere || exit 1
must 3 resume ../moved.h5 --memory 800MiB --max-wall 0
cd ..
expect_text out 'going on from ../moved.h5.checkpoint'
[ -s moved.h5 ] && [ "$(ls -A elsewhere)" = "" ] || complain "a resumed run wrote elsewhere: $(ls -A elsewhere)"

# A packed file of other rows, and what signals leave of a job that has no state.
make_data rows.idx 3000x10x10 && gzip -1 -k rows.idx
shoal 2 kmeans rows.idx.gz --k 3 --output packed.h5 --max-wall 1e-9
expect_status 75
make_data rows.idx 3000x10x10 values=numbers && gzip -1 -f rows.idx
shoal 3 kmeans rows.idx.gz --k 3 --output packed.h5
expect_status 2
expect_text err "other data"

make_data long.npy 60000x12x12
must 2 train images.npy --code 4 --epochs 1 --batch-size 48 --output model.h5
for signal in TERM USR1 INT; do
  (set -m; exec "$TEST_PROGRAM" encode --model model.h5 --input long.npy --output codes.h5 >"$out" 2>"$err") &
  until [ -s .codes.h5.partial ]; do kill -0 $! || break; done 2>/dev/null
  kill -$signal $!
  wait $!
  [ $? -gt 128 ] || complain "SIG$signal did not end an encoding"
  [ "$(echo .*.partial* codes.h5*)" = ".*.partial* codes.h5*" ] || complain "SIG$signal left of an encoding $(echo .*.partial* codes.h5*)"
done

shoal 1 resume nothing.h5
[ "$status" = 3 ] && grep -q "no checkpoint" "$err" || complain "resuming what never ran was not refused"
finish
