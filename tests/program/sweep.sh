#!/usr/bin/env bash
# Sweeps: what runs share is computed once, what is there is not computed again, parts make the same tables, and what
# makes no sense is said before the first run.
. "$(dirname "$0")/lib.sh"

make_data images.npy 60x8x8
make_data labels.npy 60 type=int64 values=labels
cat >sweep.ini <<'INI'
input = images.npy
labels = labels.npy
epochs = 1
batch-size = 16
seed = 0 | 1

[sizes]
code, components = 6, 3 | 4, 2
k = 3 | 4

[networks]
encoder = dense 5 | dense 7, relu, dense 6
components = 2
k = 4
INI

must 2 sweep sweep.ini --dry-run
expect_text out '2 tables, 12 runs of 8 trainings'
[ ! -e sweep ] || complain "a dry run left something"
must 2 sweep sweep.ini
expect_text out 'sizes (mean' 'networks (mean' '±' accuracy
for name in sweep.csv sweep.html sweep.h5; do expect_file sweep/$name; done
[ "$(wc -l <sweep/sweep.csv)" -eq 13 ] || complain "the CSV does not have a line for each of 12 runs"
[ "$(ls sweep/stages/train-*.h5 | wc -l)" -eq 8 ] || complain "there are not 8 trainings"
[ "$(ls sweep/stages/pca-*.h5 | wc -l)" -eq 8 ] || complain "there are not 8 reductions"
[ "$(ls sweep/stages/kmeans-*.h5 | wc -l)" -eq 12 ] || complain "there are not 12 clusterings"
[ "$(grep -c matched sweep/sweep.html)" -ge 2 ] || complain "no best rows are framed"
must 1 inspect sweep/sweep.h5
expect_line out '/sizes/accuracy +float64 +8' 'option_code = 6 \| 6 \| 6'

# A moved folder goes on where it was: nothing but what is missing is computed again, with the same result.
mv sweep moved
rm "$(ls moved/stages/kmeans-*.h5 | head -n 1)"
must 1 sweep sweep.ini --output moved
expect_no_text out 'train: epoch'
[ "$(grep -c 'k-means: k =' "$out")" -eq 1 ] || complain "more than the missing clustering was computed"
cp moved/sweep.csv first.csv

# In parts, as tasks of a job array would: the last one makes the tables.
for part in 1/3 2/3 3/3; do must 1 sweep sweep.ini --output parts --part $part; done
cmp first.csv parts/sweep.csv || complain "parts gave another table"

# A part that others have left something to does not; one that is killed while it makes the tables does not stop another run.
rm parts/sweep.csv "$(ls parts/stages/kmeans-*.h5 | head -n 1)"
for part in 1/2 2/2; do must 1 sweep sweep.ini --output parts --part $part; done
cmp first.csv parts/sweep.csv || complain "a part that had something to do gave another table"
mkdir parts/.tables
must 1 sweep sweep.ini --output parts --part 2/2
expect_text out 'another part is making the tables'
must 1 sweep sweep.ini --output parts
expect_no_text out 'another part'

# A section without lines is a table of the common ones.
printf '%s\n' 'code = 4' 'components = 2' | cat - sweep.ini | sed '/^code, comp/,$d' >empty.ini
must 1 sweep empty.ini --output empty
expect_text out '1 tables, 2 runs of 2 trainings' 'sizes (mean'

printf 'input = images.npy\ncompnents = 2\n' >typo.ini
printf 'input = images.npy\ncode, components = 6, 3 | 4\n' >short.ini
printf 'input = images.npy\nepochs = 2 | none\n' >value.ini
reject 2 "typo.ini:2" "compnents" "did you mean components?" -- sweep typo.ini
reject 2 "short.ini:2" "'4' has 1 values for 2 options" -- sweep short.ini
reject 2 "epochs" "none" "whole number" -- sweep value.ini
reject 3 "'parts' is a directory" "a sweep and a study go on by the command" -- resume parts
reject 2 "--part is '3/2'" -- sweep sweep.ini --part 3/2
finish
