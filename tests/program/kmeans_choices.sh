#!/usr/bin/env bash
# What k-means can be asked for works from the command line, with the same file for 1 to 4 ranks.
. "$(dirname "$0")/lib.sh"

make_data bytes.npy 90x7 type=uint8
make_data weights.npy 90 type=float32 values=labels
make_data short.npy 50 type=float32 values=labels

choices() {
  local ranks=$1
  must $ranks kmeans bytes.npy --k 5 --algorithm lloyd --output lloyd.h5
  must $ranks kmeans bytes.npy --k 5 --algorithm bounds --output bounds.h5
  must $ranks kmeans bytes.npy --k 5 --algorithm minibatch --batch-size 32 --epochs 3 --output batches.h5
  must $ranks kmeans bytes.npy --k 5 --start parallel --second-distances --output parallel.h5
  must $ranks kmeans bytes.npy --k 5 --weights weights.npy --output weighted.h5
  must $ranks kmeans bytes.npy --k 5 --start random --metric cosine --output cosine.h5
  must $ranks kmeans bytes.npy --centers lloyd.h5:/kmeans/centers --output again.h5
  mkdir "$results/$ranks" && mv ./*.h5 "$results/$ranks"
}
for ranks in "${rank_counts[@]}"; do beside choices $ranks; done
join

for run in lloyd bounds weighted batches parallel cosine again; do
  sha256sum "$results"/[0-9]*/$run.h5 >hashes
  expect_same_hashes hashes $run.h5 ${#rank_counts[@]}
done
expect_same "$results/1/lloyd.h5:/kmeans/" "$results/1/bounds.h5:/kmeans/"
expect_same "$results/1/lloyd.h5:/kmeans/labels" "$results/1/again.h5:/kmeans/labels"
reject 3 "there are 90 rows" "one weight for each row" -- kmeans bytes.npy --k 2 --weights short.npy --output out.h5
reject 3 "columns, but the rows have 7" -- kmeans bytes.npy --centers weights.npy --output out.h5
finish
