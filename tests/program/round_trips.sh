#!/usr/bin/env bash
# What is converted, applied or undone comes back: elements, shapes, labels.
. "$(dirname "$0")/lib.sh"

make_data images.npy 37x9x7
make_data colours.npy 20x8x8x3 type=float32
make_data series.npy 20x11x3 type=float32
make_data doubles.npy 33x5 type=float64
make_data images.idx 37x9x7
gzip -k images.idx
make_data labels.npy 37 type=int64 values=labels

# Each format into HDF5, in its own type and shape.
conversion() {
  must 3 convert "$1" --output converted.h5 --dataset /deep/inside
  expect_same "$1" converted.h5:/deep/inside
}
for name in images.npy colours.npy doubles.npy images.idx.gz; do beside conversion $name; done

conversion_with_labels() {
  must 3 convert images.idx.gz --labels labels.npy --output images.h5
  expect_same images.idx images.h5:/images
  expect_same images.npy images.h5:/images
  expect_same labels.npy images.h5:/labels
  must 1 convert images.h5:/images --output again.h5
  expect_same images.npy again.h5
  must 1 inspect images.h5
  expect_line out '/images +uint8 +37 x 9 x 7' '/labels +int64 +37'
  must 1 inspect images.idx.gz
  expect_line out 'IDX \(gzip\)' 'shape +37 x 9 x 7' 'type +uint8'
}
beside conversion_with_labels

# A reconstruction has its input's shape, in whatever order the dimensions are ...
shape_of_a_reconstruction() {
  must 2 train colours.npy --encoder 'conv 4 k3 s2 p1, relu, dense 12' --epochs 1 --output model.h5
  must 2 reconstruct colours.npy --model model.h5 --output back.h5
  must 1 inspect back.h5
  expect_line out '/reconstructions +float32 +20 x 8 x 8 x 3' '/codes/data +float32 +20 x 12'
}
beside shape_of_a_reconstruction

# ... sequences too; and a model of recurrent layers that comes back from its file encodes as it did in memory.
sequences() {
  must 2 pipeline series.npy --layout ntc --network "$1" --code 5 --epochs 1 --components 2 --k 2 --output pipeline.h5
  must 3 encode series.npy --layout ntc --model pipeline.h5 --output codes.h5
  expect_same pipeline.h5:/codes/ codes.h5:/codes/
  must 1 reconstruct series.npy --layout ntc --model pipeline.h5 --output back.h5
  must 1 inspect back.h5
  expect_line out '/reconstructions +float32 +20 x 11 x 3' '/codes/data +float32 +20 x 5'
  must 1 inspect pipeline.h5
  expect_text out encoder.0.weight_ih_l0 encoder.0.bias_hh_l0 decoder.2.weight_hh_l0 decoder.3.weight
  shoal 1 encode series.npy --model pipeline.h5 --output codes.h5
  expect_status 3
  expect_text err "samples of 1x11x3, but the model was trained on 3x1x11" "say --layout ntc"
}
beside sequences auto
beside sequences gru

# ... and its units: 0 to 255 here.
mean_of() { "$TEST_PROGRAM" inspect "$1" | sed -n 's/.*, mean \([0-9]*\).*/\1/p'; }
units_of_a_reconstruction() {
  local mean back
  must 1 train images.npy --code 8 --epochs 60 --batch-size 16 --learning-rate 0.01 --output model.h5
  must 2 reconstruct images.npy --model model.h5 --output back.h5
  mean=$(mean_of images.npy) back=$(mean_of back.h5:/reconstructions)
  [ "$back" -ge $((mean - 12)) ] && [ "$back" -le $((mean + 12)) ] || complain "the mean is $back instead of $mean"
}
beside units_of_a_reconstruction

# A model whose file is read back gives the codes that it gave, whatever its layers.
layers_of_a_model() {
  must 2 pipeline images.npy --encoder "$1" --epochs 2 --batch-size 16 --components 2 --k 3 --output pipeline.h5
  must 3 encode images.npy --model pipeline.h5 --output codes.h5
  expect_same pipeline.h5:/codes/ codes.h5:/codes/
}
beside layers_of_a_model 'conv 4 s2, batchnorm, relu, residual(dropout 0.2, conv 4, batchnorm, residual(relu, conv 4)), relu, dense 6'
beside layers_of_a_model 'conv 3 k2 p0, maxpool k3 s1 p1, leakyrelu 0.2, avgpool, dropout 0.1, upsample 3, conv 2 s3, dense 12, sample'

# Components that are applied to what they were fitted to; with all of them, the inverse restores it.
components() {
  must 3 pca doubles.npy --components 5 "$@" --output fitted.h5
  must 2 pca doubles.npy --apply fitted.h5 --output applied.h5
  expect_same fitted.h5:/pca/ applied.h5:/pca/
  must 3 pca applied.h5:/pca/scores --apply fitted.h5 --inverse --output restored.h5
  expect_close doubles.npy restored.h5:/restored 1e-5
}
beside components
beside components --whiten

# Centres that are applied to what they were fitted to.
centers() {
  must 3 kmeans doubles.npy --k 4 --output fitted.h5
  must 2 kmeans doubles.npy --apply fitted.h5 --output applied.h5
  expect_same fitted.h5:/kmeans/labels applied.h5:/kmeans/labels
  expect_same fitted.h5:/kmeans/distances applied.h5:/kmeans/distances
}
beside centers

finish
