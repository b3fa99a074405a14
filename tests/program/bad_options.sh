#!/usr/bin/env bash
# Options that are wrong, or that do not fit the data: status 2, one sentence that says what would be right.
. "$(dirname "$0")/lib.sh"

make_data images.npy 40x12x12
make_data floats.npy 40x12x12 type=float32
make_data vectors.npy 40x6 type=float32
make_data counts.npy 40x6 type=int64
make_data three.npy 3x12x12
echo "an older result" >out.h5
echo "epochz = 3" >typo.ini

pipeline=(pipeline --epochs 1 --output out.h5)
reject 2 'there is no job "trian"; did you mean "train"?' -- trian images.npy
reject 2 "unknown option --epohcs; did you mean --epochs?" -- "${pipeline[@]}" images.npy --epohcs 3
reject 2 "option --whiten belongs to another job" -- train images.npy --whiten
reject 2 "option --batch-size is 'many' (command line), but must be a whole number of at least 1" -- \
  "${pipeline[@]}" images.npy --batch-size many
reject 2 "option --code is given twice: '4' and '5'" -- "${pipeline[@]}" images.npy --code 4 --code 5
reject 2 "shoal pipeline needs --input" "SHOAL_INPUT" -- "${pipeline[@]}"
reject 2 "unexpected argument 'more.npy'" -- "${pipeline[@]}" images.npy more.npy
reject 2 "typo.ini:1: unknown key 'epochz'; did you mean epochs?" -- "${pipeline[@]}" images.npy --config typo.ini
SHOAL_EPOHCS=3 reject 2 "unknown environment variable SHOAL_EPOHCS; did you mean SHOAL_EPOCHS?" -- "${pipeline[@]}" images.npy
reject 2 "cannot read missing.ini" "--config" -- "${pipeline[@]}" images.npy --config missing.ini

reject 2 "k = 4 clusters cannot be made of 3 rows" -- "${pipeline[@]}" three.npy --code 4 --components 2 --k 4
reject 2 "k = 41 clusters cannot be made of 40 rows" -- kmeans vectors.npy --k 41 --output out.h5
reject 2 "5 components cannot be found in 40 rows of 4 numbers" "at most 4" -- "${pipeline[@]}" images.npy --code 4 --components 5 --k 2
reject 2 "7 components cannot be found in 40 rows of 6 numbers" "at most 6" -- pca vectors.npy --components 7 --output out.h5
reject 2 "a code of 200 numbers is larger than the data" "144" "--code 18" -- "${pipeline[@]}" images.npy --code 200 --components 2 --k 2
reject 2 'layer 1 ("conc 8 k3")' 'did you mean "conv"?' -- train images.npy --encoder "conc 8 k3, dense 4" --output out.h5
reject 2 'layer 2 ("reul")' 'did you mean "relu"?' -- train images.npy --encoder "dense 9, reul, dense 4" --output out.h5
reject 2 "the encoder ends in 200 numbers" "144" -- train images.npy --encoder "dense 200" --output out.h5
reject 2 "the decoder ends in 12" "1x12x12" -- train images.npy --encoder "dense 4" --decoder "dense 12" --output out.h5
reject 2 'there is no network preset "conf"' 'did you mean "conv"?' -- train images.npy --network conf --output out.h5
reject 2 'layer 1 ("lstm 64"): it needs a sequence, not an image of 1x12x12' "--layout ntc" -- train images.npy --network lstm --code 4 --output out.h5
reject 2 'layer 2 ("last"): it needs a sequence, not a vector of 9 numbers' "repeat" -- train images.npy --encoder "dense 9, last" --output out.h5
reject 2 "--layout" "ntc" -- train images.npy --layout nct --output out.h5
reject 2 "unit scaling needs a type with a range of its own, not float32" "--scale standardize" -- \
  train floats.npy --code 4 --scale unit --output out.h5
reject 2 "not a fraction of variance" "covariance or tsqr" -- \
  pca vectors.npy --solver randomized --variance 0.9 --output out.h5
reject 2 "--inverse needs the components to invert" "--apply" -- pca vectors.npy --inverse --output out.h5
reject 2 "--apply-labels needs the dataset" "--apply images.npy" -- "${pipeline[@]}" images.npy --code 4 --components 2 --k 2 --apply-labels images.npy

train=(train images.npy --output out.h5)
reject 2 "option --loss is 'mae' (command line), but must be one of mse, l1, huber, bce" -- "${train[@]}" --loss mae
reject 2 "option --huber-delta is '0'" "a number above 0" -- "${train[@]}" --huber-delta 0
reject 2 "the decoder does not end in sigmoid" "--output-activation sigmoid" -- "${train[@]}" --code 4 --loss bce --output-activation relu
reject 2 "the decoder does not end in sigmoid" "dense 144" -- "${train[@]}" --loss bce --encoder "dense 4" --decoder "dense 144"
reject 2 "bce needs data in [0, 1], which --scale standardize does not give" "--scale unit" -- "${train[@]}" --code 4 --loss bce --scale standardize
reject 2 "bce needs data in [0, 1], but as scaled they go down to -" "another --loss" -- train counts.npy --output out.h5 --code 4 --loss bce
reject 2 "--nesterov needs --optimizer sgd" "--momentum 0.9" -- "${train[@]}" --code 4 --nesterov
reject 2 "--beta1 and --beta2 must be below 1" -- "${train[@]}" --code 4 --beta2 1

reject 2 "--schedule plateau goes by the held-out loss" "--held-out 0.1" -- "${train[@]}" --code 4 --schedule plateau --held-out 0
reject 2 "no rows of 3 are held out" -- train three.npy --output out.h5 --code 4 --schedule plateau
reject 2 "--schedule-floor 0.01 is above --learning-rate 0.001" -- "${train[@]}" --code 4 --schedule cosine --schedule-floor 0.01
reject 2 "--warmup-epochs 11 is longer than --epochs 10" -- "${train[@]}" --code 4 --warmup-epochs 11
reject 2 "--patience goes by the held-out loss" "--held-out 0.1" -- "${train[@]}" --code 4 --patience 3 --held-out 0
reject 2 "--keep best goes by the held-out loss" -- "${pipeline[@]}" images.npy --code 4 --components 2 --k 2 --keep best --held-out 0

# Layers, noise and augmentation.
reject 2 '"avgpool k2 s4 p0" turns 4x6x6 into 4x2x2' "--decoder" -- "${train[@]}" --encoder "conv 4 s2, avgpool k2 s4, dense 3"
reject 2 "the block turns an image of 1x12x12 into an image of 4x12x12" "conv 1 k3 s1 p1" -- "${train[@]}" --encoder "residual(conv 4), dense 3"
reject 2 "is not closed" "residual(conv 8, relu, conv 8)" -- "${train[@]}" --encoder "residual(conv 1, dense 3"
reject 2 "the probability must be a number in [0, 1)" -- "${train[@]}" --encoder "dropout 1, dense 3" --decoder "dense 144"
reject 2 '--input-noise "salt:0.1": there is no such noise' "gaussian:0.1" -- "${train[@]}" --code 4 --input-noise salt:0.1
reject 2 "the probability must be above 0 and below 1" "mask:0.3" -- "${train[@]}" --code 4 --input-noise mask:1
reject 2 'augment "flop": "flop" is not understood' "flip,shift:4" -- "${train[@]}" --code 4 --augment flop
reject 2 "images of 1x12x12 would be moved out of sight" "less than 12" -- "${train[@]}" --code 4 --augment flip,shift:12
reject 2 "it changes images, but a sample is 6" "leave --augment out" -- train vectors.npy --code 4 --augment flip --output out.h5
reject 2 "it needs as many means as logarithms of variances, not 5 numbers" "dense 64, sample" -- "${train[@]}" --encoder "dense 5, sample"
reject 2 "--beta weighs what a sampling layer adds" "--network vae" -- "${train[@]}" --code 4 --beta 2

finish
