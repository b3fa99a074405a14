#!/usr/bin/env bash
# What a user gets without saying anything does not collapse on grey images: no warning, and the loss falls.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/fashion.sh"

fashion_subset fashion 0 800
make_data drawn.npy 400x64x64

learns() {
  local images=$1 seed=$2 losses
  must 1 train "$images" --epochs 6 --batch-size 16 --seed "$seed" --output model.h5
  expect_no_text err constant warning
  losses=$(sed -n 's/.*train: epoch [0-9]*\/6 loss \([0-9.e+-]*\),.*/\1/p' "$out" | tr '\n' ' ')
  echo "$images, seed $seed: loss $losses"
  echo "$losses" | awk '{ exit !(NF == 6 && $6 < 0.6 * $1 && $6 < $5) }' ||
    complain "the loss of $images with seed $seed does not fall well: $losses"
}
for images in fashion.idx drawn.npy; do
  for seed in 0 1 2; do beside learns $images $seed; done
done
finish
