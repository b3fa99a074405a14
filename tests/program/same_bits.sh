#!/usr/bin/env bash
# The pipeline's output has the same sha256 for 1 to 4 ranks and for a repeated run.  same_bits.sh CASE
. "$(dirname "$0")/lib.sh"

said_at_4=() told_at_4=()  # on stderr, on stdout
small=(--code 8 --components 3 --k 4 --seed 5)
case $1 in
  conv)  # more rows than ranks, not divisible; batches that end unevenly; a second dataset
    . "$(dirname "$0")/fashion.sh"
    fashion_subset train 0 203
    fashion_subset test 500 57
    options=(train.idx --labels train-labels.idx --apply test.idx --apply-labels test-labels.idx
             --network conv --epochs 2 --batch-size 72 "${small[@]}")
    ;;
  deep)  # batch normalisation, over the whole batch
    . "$(dirname "$0")/fashion.sh"
    fashion_subset train 0 47
    options=(train.idx --labels train-labels.idx --network deep --epochs 1 --batch-size 34 "${small[@]}")
    ;;
  drawn)  # all that draws random numbers while training, in residual blocks with batch normalisation
    make_data train.npy 150x12x12
    make_data labels.npy 150 type=int64 values=labels
    options=(train.npy --labels labels.npy --epochs 2 --batch-size 64 --components 2 --k 4 --beta 0.5
             --encoder 'conv 4 s2, batchnorm, relu, residual(conv 4, batchnorm, dropout 0.2, relu, conv 4), maxpool, dense 12, sample'
             --input-noise gaussian:0.1 --augment flip,shift:2)
    ;;
  few_rows)  # fewer rows than ranks
    make_data train.npy 3x12x12
    options=(train.npy --network deep --epochs 2 --held-out 0 --code 4 --components 1 --k 2)
    ;;
  sequences)  # recurrent layers, steps that are standardised by channel, a second dataset
    make_data train.npy 75x9x3 type=float32
    make_data test.npy 20x9x3 type=float32
    make_data labels.npy 75 type=int64 values=labels
    options=(train.npy --layout ntc --labels labels.npy --apply test.npy --scale standardize
             --encoder 'conv 6 k3 s2 p1, relu, lstm 9, gru 7, last, dense 5' --epochs 2 --batch-size 40 --components 2 --k 4)
    ;;
  stopped_early)  # a training that ends by its held-out loss, with all that can be chosen
    make_data train.npy 75x9x9
    options=(train.npy --epochs 20 --batch-size 32 --held-out 0.1 --loss bce --optimizer adamw --weight-decay 0.01 --clip-norm 0.5
             --schedule plateau --schedule-epochs 1 --warmup-epochs 0.5 --patience 3 --min-improvement 0.5
             --code 4 --components 2 --k 3)
    told_at_4=("stopped after epoch 4 of 20: the held-out loss has not improved for 3 epochs" "kept epoch " ", learning rate 1e-05")
    ;;
  idle_ranks)  # a batch feeds one rank of four, and vectors that are standardised
    make_data train.npy 70x6 type=float64 values=numbers
    make_data labels.npy 70 type=int64 values=labels
    options=(train.npy --labels labels.npy --scale standardize --encoder 'dense 12, batchnorm, leakyrelu, dense 3'
             --epochs 3 --batch-size 16 --components 2 --k 4 --baseline on)
    said_at_4=("3 ranks are idle while training")
    ;;
esac

run() {
  local ranks=${1/repeated/3}
  must "$ranks" pipeline "${options[@]}" --output out.h5
  mv out.h5 "$results/$1.h5"
  [ "$ranks" -ne 4 ] || expect_text err "${said_at_4[@]}"
  [ "$ranks" -ne 4 ] || expect_text out "${told_at_4[@]}"
}
for run in "${rank_counts[@]}" repeated; do beside run $run; done
join

cd "$results" || exit 1
sha256sum -- *.h5 >hashes
expect_same_hashes hashes "the pipeline's output" $((${#rank_counts[@]} + 1))
if [ $wrong -gt 0 ]; then
  for run in "${rank_counts[@]:1}" repeated; do expect_same 1.h5:/ $run.h5:/; done
fi
finish
