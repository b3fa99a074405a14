#!/usr/bin/env bash
# What the program says of itself: its jobs, every option of each with a description, what it was built with.
. "$(dirname "$0")/lib.sh"

jobs=(pipeline train encode reconstruct pca kmeans embed score probe sweep scaling report inspect convert doctor network)
must 1 --help
for job in "${jobs[@]}"; do expect_line out "^  $job +[A-Z].*\.$"; done
[ "$(sed -n '/^Jobs:/,/^$/p' "$out" | grep -c '^  ')" -eq ${#jobs[@]} ] || complain "the list is not of ${#jobs[@]} jobs"

for job in "${jobs[@]}"; do
  must 1 "$job" --help
  expect_line out "^Usage: shoal $job" '^  --config FILE.ini' '^  --help' '^Each option can also be set in the environment'
  # A label, then at least two blanks and its description, or the description alone in the next line.
  bare=$(awk '/^  --/ { if (label != "") print label; label = $0
                        if ($0 ~ /^  --[a-z0-9-]+( [A-Z.a-z]+)?  +[^ ]/) label = ""; next }
              label != "" { if ($0 !~ /^    +[^ ]/) print label; label = "" }' "$out")
  [ -z "$bare" ] || complain "options without a description: $bare"
  cp "$out" "$job.help"
done
must 3 train --help
[ "$(grep -c '^Usage: ' "$out")" -eq 1 ] || complain "help is not printed once on 3 ranks"

# Every option that a job resolves is in its help.
make_data images.npy 20x12x12
make_data labels.npy 20 type=int64 values=labels
must 1 train images.npy --code 4 --epochs 1 --output model.h5
resolved() {
  local job=$1 name
  shift
  must 1 "$job" "$@" --dry-run
  for name in $(sed -n '/^  -----/,/^[^ ]/p' "$out" | sed -n 's/^  \([a-z][a-z0-9-]*\) .*/\1/p'); do
    grep -q -- "^  --$name\( \|$\)" "$job.help" || complain "$job --help does not mention --$name"
    echo "$job $name" >>resolved
  done
}
resolved pipeline images.npy --code 4 --components 2
resolved train images.npy --code 4
resolved encode images.npy --model model.h5
resolved reconstruct images.npy --model model.h5
resolved pca images.npy
resolved kmeans images.npy
resolved embed images.npy --perplexity 5
resolved score --predicted labels.npy --labels labels.npy
resolved convert images.npy
[ "$(wc -l <resolved)" -gt 60 ] || complain "only $(wc -l <resolved) options were looked up"

must 1 --version
expect_line out '^shoal [0-9]+\.[0-9]+\.[0-9]+ \(revision [^ ]+, [A-Za-z]+\)$' '^compiler +[A-Za-z]+ [0-9]+\.' \
  '^MPI +[A-Za-z].* v?[0-9]+\.' '^HDF5 +.*[0-9]+\.[0-9]+\.[0-9]+ \(parallel\)$' '^BLAS +[A-Za-z]+ [0-9]+\.'
must 3 --version
[ "$(grep -c '^shoal ' "$out")" -eq 1 ] || complain "the version is not printed once on 3 ranks"
finish
