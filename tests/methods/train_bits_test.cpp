// Any number of ranks trains to the same bits as one.
#include <gtest/gtest.h>

#include "train_run.hpp"

namespace shoal {
namespace {

TEST(Train, any_number_of_ranks_gives_the_same_bits) {
  expect_same_as_one_rank("conv", {1, 12, 12}, 203, {.epochs = 2, .batch_size = 64, .held_out = 0.1, .seed = 3});
}

TEST(Train, batch_normalisation_over_ranks_gives_the_same_bits) {
  expect_same_as_one_rank("deep", {3, 8, 8}, 75, {.epochs = 2, .batch_size = 48, .held_out = 0.1, .seed = 3});
}

TEST(Train, recurrent_layers_over_ranks_give_the_same_bits) {
  expect_same_as_one_rank("lstm", {3, 1, 7}, 75, {.epochs = 2, .batch_size = 48, .held_out = 0.1, .seed = 3});
  expect_same_as_one_rank("gru", {2, 1, 5}, 61, {.epochs = 2, .batch_size = 37, .held_out = 0.1, .seed = 4});
}

TEST(Train, a_batch_that_feeds_fewer_ranks_than_there_are_gives_the_same_bits) {
  expect_same_as_one_rank("conv", {3, 9, 7}, 101, {.epochs = 2, .batch_size = 16, .held_out = 0, .seed = 4});
}

TEST(Train, fewer_rows_than_ranks_and_a_batch_larger_than_the_data) {
  expect_same_as_one_rank("dense", {30, 1, 1}, 3, {.epochs = 2, .batch_size = 1000, .held_out = 0.2, .seed = 5});
}

TEST(Train, batch_normalisation_in_residual_blocks_gives_the_same_bits) {
  expect_same_as_one_rank(
      "conv 6 s2, batchnorm, relu, residual(batchnorm, relu, conv 6, batchnorm, relu, residual(conv 6), conv 6), relu, "
      "maxpool, dense 4",
      {2, 8, 8}, 75, {.epochs = 2, .batch_size = 48, .held_out = 0.1, .seed = 3});
}

TEST(Train, dropout_gives_the_same_bits) {
  expect_same_as_one_rank("dropout 0.1, conv 4 s2, relu, residual(dropout 0.3, conv 4), dropout 0.2, dense 4",
                          {2, 9, 9}, 131, {.epochs = 2, .batch_size = 64, .held_out = 0.1, .seed = 3});
}

TEST(Train, noise_and_augmentation_give_the_same_bits) {
  TrainOptions options{.epochs = 2, .batch_size = 64, .held_out = 0.1, .seed = 3};
  options.input_noise = "gaussian:0.2";
  options.augment = "flip,shift:2";
  expect_same_as_one_rank("conv", {2, 9, 11}, 131, options);
  options.input_noise = "mask:0.3";
  expect_same_as_one_rank("deep", {1, 8, 8}, 75, options);
}

TEST(Train, a_variational_autoencoder_gives_the_same_bits) {
  expect_same_as_one_rank("vae", {1, 12, 12}, 150, {.epochs = 2, .batch_size = 48, .held_out = 0.1, .seed = 3});
}

TEST(Train, an_odd_batch_size_and_sgd) {
  TrainOptions options{.epochs = 2, .batch_size = 37, .held_out = 0.05, .seed = 6};
  options.optimizer.method = UpdateRule::sgd;
  options.optimizer.learning_rate = 0.05;
  expect_same_as_one_rank("baseline", {2, 6, 10}, 150, options);
}

TEST(Train, another_loss_with_decay_and_clipping_gives_the_same_bits) {
  TrainOptions options{.epochs = 2, .batch_size = 36, .held_out = 0.1, .seed = 7};
  options.loss.kind = LossKind::bce;
  options.optimizer = {.method = UpdateRule::adamw, .weight_decay = 0.01, .clip_norm = 0.05};
  expect_same_as_one_rank("conv", {1, 8, 8}, 80, options);
  options.loss = {.kind = LossKind::huber, .delta = 0.1};
  options.optimizer = {.method = UpdateRule::sgd, .learning_rate = 0.05, .nesterov = true, .clip_norm = 0.01};
  expect_same_as_one_rank("conv", {3, 8, 8}, 80, options);
  options.loss.kind = LossKind::l1;
  expect_same_as_one_rank("conv", {2, 6, 6}, 80, options);
}

TEST(Train, a_wide_dense_layer_gives_the_same_bits) {
  // 300 x 256 weights see all groups of a rank at once, and their gradient travels while the layers below are at work.
  for (const Engine engine : {Engine::fast, Engine::vector})
    for (const Index batch_size : {96, 16})  // six groups; one, so that all ranks but one have nothing to add
      expect_same_as_one_rank("dense 256, relu, dense 4", {300, 1, 1}, 150,
                              {.epochs = 2, .batch_size = batch_size, .engine = engine});
}

}  // namespace
}  // namespace shoal
