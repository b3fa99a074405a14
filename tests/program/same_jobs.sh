#!/usr/bin/env bash
# The jobs one by one give what the pipeline gives, bit for bit, and each job's file is the same for 1 to 4 ranks.
. "$(dirname "$0")/lib.sh"

make_data images.npy 75x13x11 type=uint8
make_data labels.npy 75 type=int64 values=labels
network=(--code 6 --epochs 2 --batch-size 32)

jobs_one_by_one() {
  local ranks=$1
  must $ranks train images.npy "${network[@]}" --output model.h5
  must $ranks encode images.npy --model model.h5 --output codes.h5
  must $ranks reconstruct images.npy --model model.h5 --output reconstructions.h5
  must $ranks pca codes.h5:/codes/data --components 3 --output pca.h5
  must $ranks kmeans pca.h5:/pca/scores --k 4 --output kmeans.h5
  must $ranks embed codes.h5:/codes/data --perplexity 5 --iterations 60 --output map.h5
  must $ranks embed codes.h5:/codes/data --perplexity 5 --iterations 20 --gradient fft --start random --output map_fft.h5
  must $ranks embed codes.h5:/codes/data --perplexity 5 --iterations 20 --neighbors approximate --labels labels.npy \
    --output map_cells.h5
  must $ranks embed codes.h5:/codes/data --method pca --output map_pca.h5
  must $ranks embed codes.h5:/codes/data --apply map.h5 --fitted codes.h5:/codes/data --output placed.h5
  must $ranks score --predicted kmeans.h5:/kmeans/labels --labels labels.npy --errors codes.h5:/codes/reconstruction_error \
    --output score.h5
  mkdir "$results/$ranks" && mv ./*.h5 "$results/$ranks"
}
for ranks in "${rank_counts[@]}"; do beside jobs_one_by_one $ranks; done
join

for job in model codes reconstructions pca kmeans map map_fft map_cells map_pca placed score; do
  sha256sum "$results"/[0-9]*/$job.h5 >hashes
  expect_same_hashes hashes $job.h5 ${#rank_counts[@]}
done
mv "$results/${rank_counts[-1]}"/*.h5 .

must 2 pipeline images.npy "${network[@]}" --labels labels.npy --components 3 --k 4 --output pipeline.h5
expect_same pipeline.h5:/model/ model.h5:/model/
expect_same pipeline.h5:/history/ model.h5:/history/
expect_same pipeline.h5:/codes/ codes.h5:/codes/
expect_same pipeline.h5:/codes/ reconstructions.h5:/codes/
expect_same pipeline.h5:/pca/ pca.h5:/pca/
expect_same pipeline.h5:/kmeans/ kmeans.h5:/kmeans/
expect_same pipeline.h5:/score/ score.h5:/score/

# The pipeline draws the map that embed draws.
make_data few.npy 120x9x9 type=uint8
make_data few_labels.npy 120 type=int64 values=labels
must 3 pipeline few.npy "${network[@]}" --labels few_labels.npy --components 3 --k 4 --embed tsne --output with_map.h5
must 2 embed with_map.h5:/codes/data --labels few_labels.npy --output map_of_codes.h5
expect_same with_map.h5:/embedding/ map_of_codes.h5:/embedding/
must 2 pipeline few.npy "${network[@]}" --components 3 --k 4 --embed pca --output with_plane.h5
must 3 embed with_map.h5:/codes/data --method pca --output plane_of_codes.h5
expect_same with_plane.h5:/embedding/ plane_of_codes.h5:/embedding/

# Every solver, and every type of rows.
make_data floats.npy 900x20 type=float32
solvers() {
  local ranks=$1 solver
  for solver in auto covariance randomized tsqr; do
    must $ranks pca floats.npy --components 4 --solver $solver --output $solver.h5
    mv $solver.h5 "$results/$ranks.$solver.h5"
  done
  must $ranks pca images.npy --components 4 --whiten --output bytes.h5
  mv bytes.h5 "$results/$ranks.bytes.h5"
}
for ranks in "${rank_counts[@]}"; do beside solvers $ranks; done
join
for case in auto covariance randomized tsqr bytes; do
  sha256sum "$results"/[0-9]*.$case.h5 >hashes
  expect_same_hashes hashes $case.h5 ${#rank_counts[@]}
done

# A pipeline's file serves wherever a model, components or centres are asked for.
must 2 encode images.npy --model pipeline.h5 --output codes_again.h5
expect_same codes.h5:/codes/ codes_again.h5:/codes/
finish
