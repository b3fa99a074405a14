#!/usr/bin/env bash
# With --memory too small for the rows these stay in their file, and all jobs write the same bytes as from memory, on 1
# to 4 ranks.
. "$(dirname "$0")/lib.sh"

make_data images.npy 301x13x11 type=uint8
make_data vectors.npy 301x6 type=float32
make_data labels.npy 301 type=int64 values=labels
make_data many.npy 70000x6 type=float32  # more rows than one window of training has
must 1 convert images.npy --output images.h5
must 1 train images.npy --code 6 --epochs 1 --batch-size 32 --output model.h5
small=(--memory 1MiB)

jobs_of() {
  local ranks=$1 name=$2
  shift 2
  must $ranks train images.npy --code 6 --epochs 2 --batch-size 32 --output model2.h5 "$@"
  must $ranks train many.npy --encoder "dense 4" --epochs 1 --batch-size 512 --learning-rate 0.001 --output many.h5 "$@"
  must $ranks encode images.h5:/images --model model.h5 --output codes.h5 "$@"
  must $ranks reconstruct images.npy --model model.h5 --output reconstructions.h5 "$@"
  must $ranks pca images.npy --components 3 --output pca.h5 "$@"
  must $ranks kmeans vectors.npy --k 3 --output kmeans.h5 "$@"
  must $ranks kmeans vectors.npy --k 2:4 --n-init 2 --gap-sets 2 --output range.h5 "$@"
  must $ranks pipeline vectors.npy --apply vectors.npy --labels labels.npy --apply-labels labels.npy --code 3 --components 2 --k 3 --epochs 2 --batch-size 32 \
    --output result.h5 "$@"
  mkdir "$results/$name" && mv model2.h5 many.h5 codes.h5 reconstructions.h5 pca.h5 kmeans.h5 range.h5 result.h5 "$results/$name"
  [ $# -eq 0 ] || expect_text out "streamed from the file"
}
beside jobs_of 1 memory
for ranks in "${rank_counts[@]}"; do beside jobs_of $ranks $ranks "${small[@]}"; done
join
for file in model2.h5 many.h5 codes.h5 reconstructions.h5 pca.h5 kmeans.h5 range.h5 result.h5; do
  (cd "$results" && sha256sum ./*/$file) >hashes
  expect_same_hashes hashes "runs of $file" $((${#rank_counts[@]} + 1))
done

# What is not finite is found while streaming as well, by name, row and column.
make_data bad.npy 301x6 type=float32 nan=250,3
shoal 3 train bad.npy --code 2 --epochs 1 "${small[@]}" --output bad.h5
expect_status 3
expect_text err "'bad.npy' has NaN in row 250, column 3"

# Without an index a file cannot be streamed: it is said at once, with a way out.
make_data images.idx 301x13x11
gzip -c images.idx >images.idx.gz
reject 3 "cannot be streamed" "shoal convert images.idx.gz" -- train images.idx.gz "${small[@]}"
finish
