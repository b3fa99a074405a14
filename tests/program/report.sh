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
finish
