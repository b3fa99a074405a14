#!/usr/bin/env bash
# Scaling studies: strong and weak, resumed and in parts; one number of ranks that gives other bits fails them.
. "$(dirname "$0")/lib.sh"

make_data images.npy 180x8x8
make_data labels.npy 180 type=int64 values=labels
cat >study.ini <<INI
ranks = 1, 2, 3
launcher = $TEST_MPIEXEC -n {ranks}
input = images.npy

[training]
job = train
epochs = 1
batch-size = 48
code = 4
INI
cat >weak.ini <<INI
ranks = 1, 2
launcher = $TEST_MPIEXEC -n {ranks}
input = images.npy

[kmeans]
scaling = weak
rows-per-rank = 60
k = 3
INI

shoal 1 scaling study.ini --dry-run
expect_status 0
expect_text out '15 runs of 1 jobs, each 3 times'
[ ! -e scaling ] || complain "a dry run left something"
must 1 scaling study.ini
expect_text out 'training: strong scaling of shoal train' 'speed-up' 'in communication' 'Model: fitted' 'predicted s' \
  'FOM bits_equal = 1'
expect_line out '^FOM training_3_efficiency = [0-9.e-]+$' '^FOM training_1_speedup = 1$' \
  '^FOM training_predicted_4096_seconds = [0-9.e-]+$' '^FOM training_2_bytes_a_rank = [0-9.e+]+$' '^ +4,096 +[0-9]'
for name in scaling.csv scaling.html scaling.h5 scaling.fom; do expect_file scaling/$name; done
# expect_points LINE...: case, kind, ranks, rows and runs of each line of the CSV.
expect_points() {
  printf '%s\n' case,scaling,ranks,rows,runs "$@" >expected
  cut -d , -f 1,3,4,6,7 "$csv" | cmp - expected || complain "the points are not those of the study: $(cat "$csv")"
}
csv=scaling/scaling.csv
expect_points training,strong,{1,2,3},180,3
# Speed-up and efficiency are what they say, and the median lies between the least and the most.
check_figures() {
  awk -F , 'function near(a, b) { return a - b < 1e-6 * b && b - a < 1e-6 * b }
  NR == 1 { next }
  $4 == 1 { first = $8 }
  !near($13, $12 / $4) || !near($13, first / $8 / ($3 == "weak" ? 1 : $4)) || $9 > $8 || $8 > $10 { print; wrong = 1 }
  $15 < 1 || $16 >= $4 || $17 < 0 || $18 < 1e6 || $14 < 0 || $14 > 1 || $19 <= 0 { print; wrong = 1 }
  $4 == 1 && ($17 != 0 || $14 != 0) || $4 > 1 && ($17 <= 0 || $14 <= 0) { print; wrong = 1 }
  END { exit wrong }' "$csv" || complain "these lines do not fit together"
}
check_figures
[ -z "$(ls scaling/runs/*.h5 2>/dev/null)" ] || complain "results were left: $(ls scaling/runs)"
must 1 inspect scaling/scaling.h5
expect_line out '/training/seconds +float64 +3' '/training/efficiency +float64 +3' '/training/predicted_seconds +float64 +4'

# Weak scaling: the rows grow with the ranks, and the larger data are compared on fewer ranks.
must 1 scaling weak.ini --output weak
expect_text out 'kmeans: weak scaling of shoal kmeans, 60 rows a rank' 'kmeans-1-ranks-data-of-2'
expect_line out '^FOM kmeans_2_seconds = [0-9.e-]+$'
csv=weak/scaling.csv
expect_points kmeans,weak,1,60,3 kmeans,weak,2,120,3
check_figures

# A study that was interrupted makes what is missing, from its start; so do parts, of which the last makes the tables.
rm scaling/runs/training-2-ranks-run-2.json scaling/scaling.csv
shoal 1 train images.npy --epochs 1 --batch-size 48 --code 4 --max-wall 1e-6 --output scaling/runs/training-2-ranks-run-2.h5
[ $status = 75 ] && [ -e scaling/runs/training-2-ranks-run-2.h5.checkpoint ] || complain "the run was not interrupted"
must 1 scaling study.ini
[ "$(grep -c 'scaling: run ' "$out")" -eq 1 ] || complain "not just the one that was missing was made"
expect_text out 'training-2-ranks-run-2'
! grep -q 'going on from' scaling/runs/training-2-ranks-run-2.log || complain "a run was timed that had begun before"
expect_file scaling/scaling.csv
rm scaling/runs/*-{2,3}-ranks-run-1.json scaling/scaling.csv
must 1 scaling study.ini --only 2
expect_text out 'this part is done'
[ ! -e scaling/scaling.csv ] || complain "a part made tables"
must 1 scaling study.ini --only 3
expect_file scaling/scaling.csv

# Told to stop, it ends the run that is under way; without one that is done, starting it again would not help.
printf '%s\n' 'ranks = 1' '[train]' 'input = images.npy' 'epochs = 1000000' 'code = 4' >endless.ini
"$TEST_PROGRAM" scaling endless.ini --output endless >"$out" 2>"$err" &
until grep -q 'train: epoch 2/' endless/runs/train-*.log 2>/dev/null; do kill -0 $! || break; done
kill -USR1 $!
wait $!
status=$?
expect_status 76
expect_text err 'shoal scaling: stopped: told to stop before the end of train-1-ranks-run-1, after 0 runs'

# Another seed on 2 ranks: no table, but the datasets that differ.
cat >launcher <<SH
#!/usr/bin/env bash
ranks=\$1
shift
[ "\$ranks" -ne 2 ] || export SHOAL_SEED=7
exec "$TEST_MPIEXEC" -n "\$ranks" "\$@"
SH
chmod +x launcher
printf '%s\n' 'ranks = 1, 2' 'launcher = ./launcher {ranks}' '[train]' 'input = images.npy' 'epochs = 1' 'code = 4' >other.ini
shoal 1 scaling other.ini --output other
expect_status 6
expect_text err 'the bits differ' 'train-2-ranks-run-1' 'train-1-ranks-run-1' '/model/'
[ ! -e other/scaling.csv ] || complain "unequal runs made a table"

# A launcher that starts fewer ranks than it is told, and a job that fails.
printf '%s\n' 'ranks = 1, 2' "launcher = $TEST_MPIEXEC -n 1 env TOLD={ranks}" '[train]' 'input = images.npy' 'epochs = 1' >few.ini
shoal 1 scaling few.ini --output few
expect_status 2
expect_text err 'ran on 1 ranks, not on 2'
printf '%s\n' 'ranks = 1' "launcher = $TEST_MPIEXEC -n {ranks}" '[train]' 'input = nothing.npy' >fails.ini
shoal 1 scaling fails.ini --output fails
expect_status 3
expect_text err 'train-1-ranks-run-1' 'nothing.npy'

# What makes no sense is said before the first run.
refused() {
  printf '%s\n' "$2" >wrong.ini
  shoal 1 scaling wrong.ini --output wrong
  expect_status 2
  expect_text err "${@:3}"
  [ ! -e wrong ] || complain "a study that was refused left something"
}
refused option $'ranks = 1\n[train]\nepocs = 1' 'wrong.ini:3' 'epocs' 'did you mean epochs?'
refused value $'ranks = 1\n[train]\nepochs = none' 'epochs' 'whole number'
refused job $'ranks = 1\n[trian]\nepochs = 1' 'trian' 'did you mean train?'
refused ranks $'[train]\nepochs = 1' 'names no numbers of ranks'
refused repeats $'ranks = 1\nrepeats = 2\n[train]' 'repeats' 'at least 3'
refused launcher $'ranks = 1\nlauncher = mpirun\n[train]' '{ranks}'
refused weak $'ranks = 1\n[train]\nscaling = weak\ninput = images.npy' 'rows-per-rank'
printf '%s\n' 'ranks = 1, 4' "launcher = $TEST_MPIEXEC -n {ranks}" '[kmeans]' 'scaling = weak' 'rows-per-rank = 60' 'input = images.npy' 'k = 2' >large.ini
shoal 1 scaling large.ini --output large
expect_status 3
expect_text err '180 rows, but 240 are needed for 4 ranks of 60'
shoal 2 scaling study.ini
expect_status 2
expect_text err 'starts its ranks by itself'
finish
