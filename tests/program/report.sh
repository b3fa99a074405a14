#!/usr/bin/env bash
# Reports: at the end of a pipeline, of any result later, with data that have moved, and of wrong data.
. "$(dirname "$0")/lib.sh"

make_data images.npy 60x8x8
make_data labels.npy 60 type=int64 values=labels
make_data others.npy 50x8x8
make_data series.npy 40x9x2 type=float32
small=(--epochs 1 --batch-size 16 --code 6 --components 3 --k 4)

must 1 pipeline images.npy --labels labels.npy "${small[@]}" --output result.h5
expect_file result.html
expect_text out 'wrote result.html'
mv result.html first.html

# The same whichever number of ranks; and figures.
must 3 report result.h5 --figures figures
cmp -s first.html result.html || complain "the report differs from the pipeline's"
for name in loss reconstructions pca-by-class pca-by-cluster pca-by-error error error-by-class error-by-cluster \
  explained-variance cluster-sizes contingency phases; do
  expect_file figures/$name.png
done

must 2 pipeline images.npy "${small[@]}" --report off --output quiet.h5
[ ! -e quiet.html ] || complain "there is a report although it was switched off"

# Parts of a pipeline have reports too: of a training, of codes with the model elsewhere, of sequences.
must 1 train images.npy --epochs 1 --code 6 --output model.h5
must 1 report model.h5
must 1 encode images.npy --model model.h5 --output codes.h5
must 1 report codes.h5 --labels labels.npy
grep -q reconstruction codes.html || complain "a report of codes has no reconstructions"
must 1 kmeans codes.h5:/codes/data --k 3 --output kmeans.h5
must 1 report kmeans.h5 --output other.html
expect_file other.html
must 2 embed codes.h5:/codes/data --perplexity 5 --iterations 20 --labels labels.npy --output map.h5
must 1 report map.h5
for measure in 'KL divergence of the map' 'trustworthiness of the map' 'neighbours kept in the map' 'accuracy of the nearest in the map'; do
  grep -q "\"$measure\"" map.html || complain "a report of a map does not tell the $measure"
done
must 2 pipeline series.npy --layout ntc "${small[@]}" --output series.h5
expect_file series.html

# Data that are gone are a warning, wrong ones an error.
mkdir elsewhere && mv images.npy elsewhere/
must 1 report result.h5
expect_text err 'is not to be found' '--data names it'
must 1 report result.h5 --data elsewhere/images.npy
must 1 convert others.npy --output plain.h5
reject 3 'others.npy has 50 rows' 'has 60' -- report result.h5 --data others.npy
reject 3 "nothing that a report shows" -- report plain.h5
join

# A run that is still going: its epochs so far, also over a stop; none of it is left at the end.
going() {
  "$TEST_PROGRAM" train elsewhere/images.npy --code 6 --batch-size 1 --epochs 100000 --output going.h5 >going.log 2>&1 &
  going=$!
  until grep -q "epoch $1/" going.log; do kill -0 $going || break; done
}
going 3
must 1 report going.h5
expect_text out 'has not ended'
grep -q 'of 100,000' going.html || complain "the report does not tell how far the run is"
kill -USR1 $going
wait $going
epochs=$(grep -c '"epoch"' going.h5.running.json)
going $((epochs + 2))
kill -USR1 $going
wait $going
grep -o '"epoch": [0-9]*' going.h5.running.json | cut -d ' ' -f 2 >epochs
[ "$(wc -l <epochs)" -gt $((epochs + 1)) ] && seq "$(wc -l <epochs)" | cmp -s - epochs ||
  complain "the epochs over a stop are not 1, 2, 3, ...: $(tail -n 5 epochs)"
must 1 train elsewhere/images.npy --code 6 --epochs 2 --output short.h5
[ ! -e short.h5.running.json ] || complain "a run that has ended left word that it is going"
echo '{}' >broken.h5.running.json
reject 3 broken.h5.running.json 'how far a run is' -- report broken.h5
finish
