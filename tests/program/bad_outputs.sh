#!/usr/bin/env bash
# Places where no output can be written: status 4 before the work is done, for every job that writes.
. "$(dirname "$0")/lib.sh"

make_data images.npy 40x12x12
make_data vectors.npy 40x6 type=float32
make_data labels.npy 40 type=int64 values=labels
must 1 train images.npy --code 4 --epochs 1 --output model.h5
mkdir folder

missing() { reject 4 "'nowhere/out.h5' cannot be written: there is no directory 'nowhere'" "mkdir -p" -- "$@" --output nowhere/out.h5; }
missing pipeline images.npy --code 4 --components 2 --k 2
missing train images.npy --code 4
missing encode images.npy --model model.h5
missing reconstruct images.npy --model model.h5
missing pca vectors.npy --components 2
missing kmeans vectors.npy --k 2
missing score --predicted labels.npy --labels labels.npy
missing convert images.npy

reject 4 "'labels.npy/out.h5' cannot be written" -- train images.npy --code 4 --output labels.npy/out.h5
reject 4 "'folder' is a directory" "folder/result.h5" -- train images.npy --code 4 --output folder
reject 4 "The name of the output file is empty" -- train images.npy --code 4 --output ""

finish
