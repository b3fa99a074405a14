#!/usr/bin/env bash
# Mutated inputs of each format, from seeds made here.  mutations.sh FORMAT [COUNT [SEED]]
. "$(dirname "$0")/../program/lib.sh"

count=${2:-1000} seed=${3:-1}
case $1 in
  npy)
    make_data bytes.npy 12x5x4
    make_data floats.npy 9x3 type=float32
    make_data labels.npy 12 type=int64 values=labels
    make_data colours.npy 4x3x2x3 type=float64
    seeds=(./*.npy)
    ;;
  idx)
    make_data bytes.idx 12x5x4
    make_data packed.idx 12x5x4
    gzip packed.idx
    seeds=(./*.idx ./*.gz)
    ;;
  hdf5)
    make_data images.npy 12x5x4
    make_data labels.npy 12 type=int64 values=labels
    must 1 convert images.npy --labels labels.npy --output images.h5
    must 1 pipeline images.npy --network dense --encoder "dense 3" --components 2 --k 2 --epochs 1 --output results.h5
    must 1 kmeans images.npy --k 2 --output centers.h5
    must 1 kmeans images.npy --k 2:3 --output choice.h5
    must 1 embed images.npy --perplexity 3 --iterations 20 --output map.h5
    must 1 pipeline images.npy --labels labels.npy --network dense --encoder "dense 3" --components 2 --k 2 --epochs 1 \
      --embed pca --report off --output scored.h5
    rm -f ./*.json
    seeds=(./*.h5)
    ;;
  checkpoint)
    make_data images.npy 24x6x6
    shoal 1 train images.npy --encoder "dense 3" --batch-size 16 --max-wall 1e-9 --output model.h5
    expect_status 75
    shoal 1 kmeans images.npy --k 3 --max-wall 1e-9 --output clusters.h5
    expect_status 75
    seeds=(./*.checkpoint)
    ;;
  json)  # of a run under way, and the sidecar of one that has ended
    make_data images.npy 24x6x6
    must 1 pipeline images.npy --network dense --encoder "dense 3" --components 2 --k 2 --epochs 1 --output run.h5
    printf '{"job": "train", "options": "{\\"input\\": \\"a.npy\\", \\"epochs\\": 9}", "loss": "mse", "start": "2026-01-01T00:00:00Z",
      "last": "2026-01-01T00:01:00Z", "ranks": 2, "epochs_in_all": 9, "rows_an_epoch": 24.0, "communication": 0.1, "epochs": [
      {"epoch": 1, "training_loss": 0.5, "held_out_loss": null, "learning_rate": 0.001, "seconds": 0.25},
      {"epoch": 2, "training_loss": 0.25, "held_out_loss": 1e-3, "learning_rate": 0.001, "seconds": 0.5}]}' >run.running.json
    seeds=(./*.json)
    ;;
  ini)
    printf '# a run\ninput = images.npy\n[train]\nlearning_rate = 1e-3\nepochs = 20 # many\nscale = unit\n' >run.ini
    printf 'names = a, b,c\nwhiten = yes\nclip-norm = none\n[pca]\nk = 3\n[train]\nclip-norm = 0.5\n' >lists.ini
    seeds=(./*.ini)
    ;;
esac
start "$TEST_TOOLS/../fuzz/mutate_inputs" --count "$count" --seed "$seed" "${seeds[@]}"
cat "$out"
expect_status 0
expect_line out "^$count damaged inputs: [0-9]+ read, [1-9][0-9]* refused \([0-9]+ as HDF5 crashed\), 0 wrong"
finish
