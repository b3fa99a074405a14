#!/usr/bin/env bash
# Probes: the same file from any number of ranks, measured on rows held out or given.
. "$(dirname "$0")/lib.sh"

make_data rows.npy 400x6 type=float32 values=numbers
make_data labels.npy 400 type=int64 values=labels
make_data other.npy 100x6 type=float32 values=numbers
make_data others.npy 100 type=int64 values=labels
make_data narrow.npy 100x5 type=float32 values=numbers

for ranks in 1 2 3 4; do
  must $ranks probe rows.npy --labels labels.npy --output probe$ranks.h5
  sha256sum probe$ranks.h5 >>hashes
done
expect_same_hashes hashes "hashes of probes from 1 to 4 ranks" 4
expect_text out 'probe: accuracy' 'held-out rows' 'as 3'
must 2 probe rows.npy --labels labels.npy --test other.npy --test-labels others.npy --output given.h5
expect_text out 'of 100 held-out rows'
must 1 inspect given.h5
expect_line out '/probe/weights +float64 +4 x 6' '/probe/confusion +int64 +4 x 4' 'n_held_out = 100'

reject 3 'narrow.npy has 5 columns' -- probe rows.npy --labels labels.npy --test narrow.npy --test-labels others.npy
reject 2 '--test and --test-labels need each other' -- probe rows.npy --labels labels.npy --test other.npy
reject 2 '--held-out is' -- probe rows.npy --labels labels.npy --held-out 0.9
finish
