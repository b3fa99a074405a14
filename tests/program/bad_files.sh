#!/usr/bin/env bash
# Input that cannot be used: status 3, one sentence with file, numbers and a hint, and nothing written.
. "$(dirname "$0")/lib.sh"

make_data images.npy 40x12x12
make_data labels.npy 40 type=int64 values=labels
make_data vectors.npy 40x6 type=float32
must 1 convert images.npy --labels labels.npy --output images.h5
must 1 train images.npy --code 4 --epochs 1 --output model.h5
echo "an older result" >out.h5

make_data cut.npy 40x12x12 cut=1000
make_data claims.npy 40x12x12 claim=1000000000000000000
make_data overflows.npy 40x12x12 claim=100000000000000000000
make_data fortran.npy 40x6 type=float32 order=F
make_data empty.npy 0x12x12
make_data few_labels.npy 39 type=int64 values=labels
make_data fractions.npy 40 type=float32 values=numbers
make_data hole.npy 40x6 type=float32 nan=33,4
make_data second.npy 10x14x12
make_data floats.npy 40x12x12 type=float32
make_data ambiguous.npy 8x3x12x4
make_data cut.idx 40x12x12 cut=1000
make_data whole.idx 40x12x12
gzip -k whole.idx
head -c 4000 whole.idx.gz >cut.idx.gz
head -c 3000 images.h5 >cut.h5
echo "1,2,3" >text.csv
: >nothing.npy
mkdir folder

pipeline=(pipeline --code 4 --components 2 --k 2 --epochs 1 --output out.h5)
reject 3 "'imagse.npy' does not exist" "Did you mean 'images.npy'?" -- "${pipeline[@]}" imagse.npy
reject 3 "'nowhere/images.npy' does not exist" "there is no directory 'nowhere'" -- "${pipeline[@]}" nowhere/images.npy
reject 3 "'images.h5' has no dataset '/imagse'" "/images" "Did you mean" -- "${pipeline[@]}" images.h5:/imagse
reject 3 "'images.h5' has 2 datasets" "/images" "/labels" -- "${pipeline[@]}" images.h5
reject 3 "'folder' is a directory" -- "${pipeline[@]}" folder
reject 3 "'text.csv' is none of HDF5" -- "${pipeline[@]}" text.csv
reject 3 "'nothing.npy' is empty" -- "${pipeline[@]}" nothing.npy

reject 3 "'cut.npy' says 40 x 12 x 12 uint8 = 5,760 bytes but only 4,760" -- "${pipeline[@]}" cut.npy
reject 3 "'cut.idx' says 40 x 12 x 12 uint8 = 5,760 bytes but only 4,760" -- "${pipeline[@]}" cut.idx
reject 3 "'cut.idx.gz' cannot be unpacked beyond byte" -- "${pipeline[@]}" cut.idx.gz
reject 3 "'cut.h5' (3,000 bytes) cannot be opened" -- "${pipeline[@]}" cut.h5:/images
reject 3 "'claims.npy' says that it holds 1000000000000000000 x 12 x 12" -- "${pipeline[@]}" claims.npy
reject 3 "'overflows.npy' has a dimension beyond 64 bits" -- "${pipeline[@]}" overflows.npy
reject 3 "'fortran.npy' is in Fortran order" "ascontiguousarray" -- pca fortran.npy --output out.h5
reject 3 "'empty.npy' has no rows: its shape is 0 x 12 x 12" -- "${pipeline[@]}" empty.npy
reject 3 "ambiguous.npy is 8 x 3 x 12 x 4, but --layout ntc needs sequences" "reshape" -- "${pipeline[@]}" ambiguous.npy --layout ntc
reject 3 "ambiguous.npy is 8 x 3 x 12 x 4" "--layout nhwc or --layout nchw" -- "${pipeline[@]}" ambiguous.npy

reject 3 "'hole.npy' has NaN in row 33, column 4" -- train hole.npy --code 2 --output out.h5
reject 3 "'hole.npy' has NaN in row 33, column 4" -- pca hole.npy --components 2 --output out.h5
reject 3 "'hole.npy' has NaN in row 33, column 4" -- kmeans hole.npy --k 2 --output out.h5

reject 3 "'few_labels.npy' has 39 labels, but the data has 40 rows" -- "${pipeline[@]}" images.npy --labels few_labels.npy
reject 3 "'few_labels.npy' has 39 labels, but the data has 40 rows" -- \
  "${pipeline[@]}" images.npy --apply whole.idx --apply-labels few_labels.npy
reject 3 "'few_labels.npy' has 39 labels, but the data has 40 rows" -- \
  score --predicted labels.npy --labels few_labels.npy --output out.h5
reject 3 "'few_labels.npy' has 39 labels, but the data has 40 rows" -- convert images.npy --labels few_labels.npy --output out.h5
reject 3 "The label of row 0 in 'fractions.npy' is 0.2" "not a whole number" -- "${pipeline[@]}" images.npy --labels fractions.npy

reject 3 "images.h5 has no group /model" "shoal train" -- encode images.npy --model images.h5 --output out.h5
reject 3 "'images.npy' is not an HDF5 file" -- reconstruct images.npy --model images.npy --output out.h5
reject 3 "'missing.h5' does not exist" -- encode images.npy --model missing.h5 --output out.h5
reject 3 "second.npy has samples of 1x14x12, but the model was trained on 1x12x12" -- \
  encode second.npy --model model.h5 --output out.h5
reject 3 "second.npy has samples of 1x14x12, but the model was trained on 1x12x12" -- \
  reconstruct second.npy --model model.h5 --output out.h5
reject 3 "second.npy has samples of 1x14x12" "1x12x12" -- "${pipeline[@]}" images.npy --apply second.npy
reject 3 "floats.npy holds float32, but the model scales uint8" -- encode floats.npy --model model.h5 --output out.h5
reject 3 "model.h5 has no group /pca" "shoal pca" -- pca vectors.npy --apply model.h5 --output out.h5
reject 3 "model.h5 has no group /kmeans" "shoal kmeans" -- kmeans vectors.npy --apply model.h5 --output out.h5

finish
