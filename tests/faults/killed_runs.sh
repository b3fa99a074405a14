#!/usr/bin/env bash
# Runs that are killed at random moments and go on, on other ranks, end with the same file as undisturbed ones.
#   killed_runs.sh [KILLS [SEED]]     SIGKILL of one rank, of all ranks, or of mpirun, in all jobs that take long
# The seed chooses ranks, victims and moments.
. "$(dirname "$0")/../program/lib.sh"

kills=${1:-20} seed=${2:-1}
RANDOM=$seed
export OMPI_MCA_btl_vader_backing_directory=$TMPDIR  # what a killed mpirun leaves goes with the folder

make_data images.npy 6001x12x12
make_data labels.npy 6001 type=int64 values=labels
make_data many.npy 60000x12x12
make_data rows.npy 20000x8 type=float32 values=numbers
make_data points.npy 1500x8 type=float32 values=numbers

declare -A job=(
  [pipeline]="pipeline images.npy --labels labels.npy --code 4 --network conv --epochs 10 --batch-size 256 --keep best
    --components 3 --k 5 --n-init 20 --report off"
  [k-range]="kmeans rows.npy --k 2:5 --n-init 3 --gap-sets 2 --silhouette-rows 2000"
  [streamed]="kmeans rows.npy --k 12 --n-init 4 --memory 1MiB"
  [minibatch]="kmeans rows.npy --k 20 --algorithm minibatch --patience 0 --epochs 20"
  [pca]="pca many.npy --solver randomized --components 12"
  [embed]="embed points.npy --iterations 400 --patience 400"
  [encode]="encode many.npy --model pipeline/whole.h5"
)
declare -A usual stages
for name in pipeline k-range streamed minibatch pca embed encode; do
  mkdir $name
  # shellcheck disable=SC2086  # a list of words
  must 2 ${job[$name]} --output $name/whole.h5
  usual[$name]=$((10#${seconds/./}))  # hundredths
  echo "$name: undisturbed $seconds s"
done
turns=(pipeline minibatch pipeline k-range streamed pipeline embed pca pipeline encode)
most_deaths=4  # of one run: what has no checkpoint would never end

# What a job was at, by what it told last.
stage() {
  case $(grep -E 'train: |encode: |pca: |means: |baseline: |score |map: |neighbours' "$out" | tail -n 1) in
    *'train: kept'*) echo "encode" ;;
    *' train: '*) echo "train" ;;
    *' encode: '*) echo "pca" ;;
    *'baseline: '*) echo "baseline's pca" ;;
    *'baseline_'*) echo "baseline's k-means" ;;
    *'pca: '*) echo "pca, k-means" ;;
    *'kmeans: '*) echo "k-means" ;;
    *'k-means: '*) echo "after k-means" ;;
    *'score '*) echo "writing" ;;
    *' map: '*) echo "map" ;;
    *) echo "start" ;;
  esac
}

# Kills `victim` of the run that mpirun started, and waits until nothing of it is left: 10 s for ranks, as promised, and
# longer for mpirun, which has work of its own behind them.
kill_run() {
  local ranks pid limit=10
  mapfile -t ranks < <(pgrep -P "$mpirun")
  [ ${#ranks[@]} -gt 0 ] || victim=mpirun
  case $victim in
    "one rank") kill -KILL "${ranks[RANDOM % ${#ranks[@]}]}" ;;
    "all ranks") kill -KILL "${ranks[@]}" ;;
    mpirun) kill -KILL "$mpirun" ;;
  esac 2>/dev/null
  for pid in "${ranks[@]}" "$mpirun"; do
    [ "$pid" != "$mpirun" ] || limit=60
    timeout $limit tail --pid="$pid" -s 0.02 -f /dev/null && continue
    complain "process $pid ($([ $limit = 10 ] && echo a rank || echo mpirun)) is still there $limit s after $victim was killed"
    kill -KILL "$pid"
  done
  wait "$mpirun" 2>/dev/null
}

expect_same_file() {
  cmp -s "$name/whole.h5" "$name/run.h5" || complain "$name/run.h5 differs from the file of the undisturbed run"
}

killed=0 runs=0
while [ $killed -lt "$kills" ]; do
  name=${turns[runs % ${#turns[@]}]} ranks=$((1 + RANDOM % 4)) deaths=0
  while true; do
    # shellcheck disable=SC2206  # a list of words
    arguments=(${job[$name]} --output "$name/run.h5")
    case $name in encode) ;; *) arguments+=(--checkpoint-minutes 0.001) ;; esac
    # The same command again, or by the name of the output.
    if [ $((RANDOM % 2)) = 0 ] && [ -e "$name/run.h5.checkpoint" ]; then arguments=(resume "$name/run.h5"); fi
    victims=("one rank" "all ranks" mpirun) victim=${victims[RANDOM % 3]}
    moment=$((20 + usual[$name] * RANDOM / 32768))  # mpirun itself takes some
    [ $killed -lt "$kills" ] && [ $deaths -lt $most_deaths ] || moment=12000
    command="mpirun -n $ranks shoal ${arguments[*]}"
    "$TEST_MPIEXEC" -n $ranks "$TEST_PROGRAM" "${arguments[@]}" >"$out" 2>"$err" </dev/null &
    mpirun=$!
    sleep "$((moment / 100)).$(printf %02d $((moment % 100)))" &
    sleeper=$!
    wait -n -p ended $mpirun $sleeper
    status=$?
    if [ "$ended" = $mpirun ]; then
      kill $sleeper
      wait $sleeper 2>/dev/null
      break
    fi
    kill_run
    killed=$((killed + 1)) deaths=$((deaths + 1)) at="$name: $(stage)"
    stages[$at]=$((${stages[$at]:-0} + 1))
    echo "kill $killed: $at, $victim of $ranks, at $moment hundredths of a second"
    [ ! -e "$name/run.h5" ] || expect_same_file  # killed behind its end, or it should not be there
    ranks=$((1 + (ranks + RANDOM % 3) % 4))  # another number of them
  done
  [ $status = 0 ] || complain "$name on $ranks ranks, after $deaths kills: status $status"
  expect_same_file
  left=$(ls -A $name | sort | tr '\n' ' ')
  [ "$left" = "run.h5 run.h5.json whole.h5 whole.h5.json " ] || complain "files are left over: $left"
  rm -f $name/run.* $name/.run.*
  runs=$((runs + 1))
  command=
done

for at in "${!stages[@]}"; do echo "${stages[$at]} x $at"; done | sort -k 3
echo "$killed kills in $runs runs, seed $seed"
[ $killed -eq "$kills" ] && [ $runs -gt 0 ] || complain "there were not $kills kills"
finish
